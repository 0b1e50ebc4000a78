// tests/ch13 · a primary under test. Read with_primary.h.
#include "tests/ch13_cluster/with_primary.h"

#include "chapters/ch01_process/environment.h"

namespace proclab::cluster {

PrimaryOptions WithPrimary::ours(Policy policy, std::vector<std::string> more) {
  PrimaryOptions options;
  options.program.file = test::program("ch13_worker");
  options.program.args = {"--port", "0", "--host", "127.0.0.1"};
  options.program.args.insert(options.program.args.end(), more.begin(), more.end());
  options.program.slots = {spawn::Slot::null(1)};
  options.servers.policy = policy;
  return options;
}

void WithPrimary::open_ours(Policy policy, unsigned workers, std::vector<std::string> more) {
  open(ours(policy, std::move(more)), workers);
}

void WithPrimary::open(PrimaryOptions options, unsigned workers) {
  PrimaryEvents events;
  events.online = [this](WorkerId id) { told.push_back("online " + std::to_string(id)); };
  events.listening = [this](WorkerId id, const Place& place) {
    told.push_back("listening " + std::to_string(id));
    if (place.port > 0) where.port = static_cast<std::uint16_t>(place.port);
  };
  events.disconnect = [this](WorkerId id) { told.push_back("disconnect " + std::to_string(id)); };
  events.exit = [this](const WorkerInfo& was, const spawn::ExitStatus& how) {
    told.push_back("exit " + std::to_string(was.id));
    exits.push_back({was, how});
  };
  events.fault = [this](WorkerId id, const Error& what) {
    faults.push_back(std::to_string(id) + ": " + what.message());
  };
  events.message = [this](WorkerId, const channel::Message& message) {
    messages.push_back(message.value);
  };
  primary = std::make_unique<Primary>(loop, std::move(options), std::move(events));
  for (unsigned i = 0; i < workers; ++i) {
    const Result<WorkerId> id = primary->start();
    ASSERT_TRUE(id) << id.error().message();
  }
}

void WithPrimary::until(const std::string& for_whom, const std::function<bool()>& so) {
  const test::Waiting waiting(for_whom);
  while (!so()) {
    ASSERT_TRUE(*loop.turn(brief()) || so()) << "nothing is left that could bring " << for_whom;
  }
}

void WithPrimary::until_ready(unsigned workers) {
  until(std::to_string(workers) + " that listen", [&] {
    unsigned ready = 0;
    for (const WorkerInfo& one : primary->workers()) ready += one.state == State::ready ? 1 : 0;
    return ready >= workers;
  });
}

void WithPrimary::linger(Milliseconds span) {
  bool over = false;
  const loop::Timer timer = loop::Timer::once(loop, span, [&] { over = true; });
  while (!over) ASSERT_TRUE(loop.turn(brief()));
}

void WithPrimary::stop() {
  for (const WorkerInfo& one : primary->workers()) primary->disconnect(one.id);
  until("all workers' ends", [&] { return primary->workers().empty(); });
}

std::string WithPrimary::ask() {
  const std::shared_ptr<Client> client = clients.get(where);
  until("an answer", [&] { return client->over; });
  return client->why ? client->why->message() : client->body();
}

WorkerId WithPrimary::who(const std::string& body) {
  return body.starts_with("worker ") ? static_cast<WorkerId>(std::stoul(body.substr(7))) : 0;
}

bool WithPrimary::heard_fault(const std::string& part) const {
  for (const std::string& one : faults) {
    if (one.find(part) != std::string::npos) return true;
  }
  return false;
}

std::vector<spawn::Slot> nulls() {
  return {spawn::Slot::null(0), spawn::Slot::null(1), spawn::Slot::null(2)};
}

std::string find_node() {
  const auto named = process::get_variable(kNodeVariable);
  const std::string node = named && *named && !(*named)->empty() ? **named : "node";
  Result<spawn::Process> child = spawn::start({.file = node, .args = {"-e", ""}, .slots = nulls()});
  if (!child) return {};
  const Result<spawn::ExitStatus> how = child->wait();
  return how && how->success() ? node : std::string{};
}

}  // namespace proclab::cluster
