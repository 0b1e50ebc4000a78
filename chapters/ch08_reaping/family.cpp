// Chapter 8 · reaping: a family tree out of a list. Nothing here asks the system. Read before: family.h.
#include "chapters/ch08_reaping/family.h"

#include <algorithm>
#include <cstdio>

namespace proclab::reaping {
namespace {

const Member* find(const std::vector<Member>& all, Pid pid) {
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const Member& m) { return m.pid == pid; });
  return at == all.end() ? nullptr : &*at;
}

std::vector<const Member*> children_of(const std::vector<Member>& all, const Member& parent) {
  std::vector<const Member*> children;
  for (const Member& one : all) {
    const bool is_own_parent = one.pid == parent.pid;  // Windows: process 0
    const bool older = kWindows && one.started < parent.started;
    if (one.parent == parent.pid && !is_own_parent && !older) children.push_back(&one);
  }
  std::sort(children.begin(), children.end(),
            [](const Member* a, const Member* b) { return a->pid < b->pid; });
  return children;
}

std::string remark(const std::vector<Member>& all, const Member& member,
                   const std::vector<Member>& before) {
  if (member.state == 'Z') return "zombie: it has ended, nobody has waited";
  std::string text = member.state == 'T' ? "stopped" : "";
  const Member* earlier = find(before, member.pid);
  const bool moved =
      earlier != nullptr && earlier->started == member.started && earlier->parent != member.parent;
  if (moved || adopted(all, member)) {
    text += text.empty() ? "orphan" : ", orphan";
    text += ": adopted by " + std::to_string(member.parent);
    if (moved) text += ", born to " + std::to_string(earlier->parent);
  }
  return text;
}

struct Drawing {
  const std::vector<Member>& all;
  const std::vector<Member>& before;
  std::string out;

  void line(const Member& member, const std::string& branch) {
    char columns[64];
    std::snprintf(columns, sizeof columns, "%6ld  %c  %6ld  %6ld  ", static_cast<long>(member.pid),
                  member.state, static_cast<long>(member.group), static_cast<long>(member.session));
    const std::string said = remark(all, member, before);
    out += columns + branch + member.name + (said.empty() ? "" : "  ← " + said) + "\n";
  }

  void children(const Member& parent, const std::string& indent) {
    const std::vector<const Member*> found = children_of(all, parent);
    for (const Member* child : found) {
      const bool last = child == found.back();
      line(*child, indent + (last ? "└─ " : "├─ "));
      children(*child, indent + (last ? "   " : "│  "));
    }
  }
};

void collect(const std::vector<Member>& all, const Member& member, std::vector<Member>& family) {
  family.push_back(member);
  for (const Member* child : children_of(all, member)) collect(all, *child, family);
}

}  // namespace

std::vector<Member> below(const std::vector<Member>& all, Pid root) {
  std::vector<Member> family;
  if (const Member* top = find(all, root)) collect(all, *top, family);
  return family;
}

//> adopted
bool adopted(const std::vector<Member>& all, const Member& member) {
  const Member* parent = find(all, member.parent);
  if (kWindows || parent == nullptr) return false;
  return member.session != member.pid && member.session != parent->session;
}
//< adopted

std::string draw(const std::vector<Member>& all, Pid root, const std::vector<Member>& before) {
  Drawing drawing{all, before, "   PID      GROUP  SESSION\n"};
  const Member* top = find(all, root);
  if (top == nullptr) return "no process " + std::to_string(root) + "\n";
  drawing.line(*top, "");
  drawing.children(*top, "");
  return drawing.out;
}

}  // namespace proclab::reaping
