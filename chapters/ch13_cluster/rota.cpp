// Chapter 13 · cluster: whose turn is it? Read rota.h first.
#include "chapters/ch13_cluster/rota.h"

#include <algorithm>

namespace proclab::cluster {

void Rota::join(WorkerId worker) {
  const auto [member, is_new] = members_.try_emplace(worker);
  if (is_new) free_.push_back(worker);
  if (!is_new && member->second.leaving) {
    member->second.leaving = false;
    if (!member->second.unanswered && !member->second.resting) free_.push_back(worker);
  }
}

//> leave
void Rota::leave(WorkerId worker, bool died) {
  const auto member = members_.find(worker);
  if (member == members_.end()) return;
  std::erase(free_, worker);
  if (member->second.unanswered && !died) {
    member->second.leaving = true;  // its answer is under way
    return;
  }
  if (member->second.unanswered) waiting_.push_front(std::move(member->second.unanswered));
  members_.erase(member);
}
//< leave

//> next
std::optional<std::pair<WorkerId, Rota::Connection>> Rota::next() {
  if (free_.empty() || waiting_.empty()) return std::nullopt;
  const WorkerId worker = free_.front();
  free_.pop_front();
  Connection connection = std::move(waiting_.front());
  waiting_.pop_front();
  members_.at(worker).unanswered = connection;  // ours stays open until the answer
  return std::pair{worker, std::move(connection)};
}
//< next

//> answered
bool Rota::answered(WorkerId worker, bool accepted) {
  const auto found = members_.find(worker);
  if (found == members_.end() || !found->second.unanswered) return false;
  Member& member = found->second;
  Connection connection = std::exchange(member.unanswered, nullptr);
  if (!accepted) waiting_.push_front(std::move(connection));
  if (member.leaving) {
    members_.erase(found);
  } else if (accepted) {
    free_.push_back(worker);
  } else {
    member.resting = true;
  }
  return true;
}
//< answered

void Rota::rested(WorkerId worker) {
  const auto found = members_.find(worker);
  if (found == members_.end() || !found->second.resting) return;
  found->second.resting = false;
  if (!found->second.leaving) free_.push_back(worker);
}

bool Rota::has_members() const {
  return std::any_of(members_.begin(), members_.end(),
                     [](const auto& one) { return !one.second.leaving; });
}

bool Rota::idle() const {
  return waiting_.empty() && std::none_of(members_.begin(), members_.end(), [](const auto& one) {
           return one.second.unanswered != nullptr;
         });
}

}  // namespace proclab::cluster
