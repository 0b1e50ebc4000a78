// Chapter 1 · whoami: everything a process can ask the system about itself.
//
// Look for: the numbers come from the kernel, the names from a file. Time on the wall and CPU time
// are two things, and so are memory in use and address space. argv[0] is only what the parent said;
// the program's file is what the system knows.
//
// Run: ch01_whoami
#include <cstdio>
#include <cstring>

#include "chapters/ch01_process/directory.h"
#include "chapters/ch01_process/identity.h"
#include "chapters/ch01_process/umask.h"
#include "chapters/ch01_process/usage.h"
#include "chapters/ch01_process/user.h"

using namespace proclab;

static void row(const char* what, const std::string& value) {
  std::printf("%-18s %s\n", what, value.c_str());
}

/// A missing thing is an answer too: what this system does not have, and why.
static void missing(const char* what, const Error& error) {
  std::printf("%-18s (none: %s)\n", what,
              error.detail.empty() ? error.message().c_str() : error.detail.c_str());
}

static void show_place(const char* argv0) {
  row("pid", std::to_string(process::pid()));
  if (auto parent = process::parent_pid(); parent) row("parent's pid", std::to_string(*parent));
  row("argv[0]", argv0);
  if (auto path = process::exec_path(); path) row("program's file", *path);
  if (auto path = process::current_directory(); path) row("directory", *path);
}

static void show_rights() {
  if (auto name = process::user_name(); name) {
    row("user", *name);
  } else {
    missing("user", name.error());
  }
  if (auto ids = process::user_ids(); ids) {
    std::printf("%-18s real %u, effective %u\n", "user id", ids->user, ids->effective_user);
    std::printf("%-18s real %u, effective %u\n", "group id", ids->group, ids->effective_group);
  } else {
    missing("user id", ids.error());
  }
  if (auto mask = process::read_umask(); mask) {
    std::printf("%-18s %04o: a new file gets at most %04o\n", "umask", *mask, 0666 & ~*mask);
  } else {
    missing("umask", mask.error());
  }
}

static void show_cost() {
  if (auto memory = process::memory(); memory) {
    std::printf("%-18s %llu KiB, at most %llu KiB so far\n", "memory in RAM",
                static_cast<unsigned long long>(memory->resident / 1024),
                static_cast<unsigned long long>(memory->peak_resident / 1024));
    std::printf("%-18s %llu KiB\n", "address space",
                static_cast<unsigned long long>(memory->address_space / 1024));
  }
  if (auto cpu = process::cpu_time(); cpu) {
    std::printf("%-18s %lld us in its code, %lld us in the kernel\n", "CPU time",
                static_cast<long long>(cpu->user.count()),
                static_cast<long long>(cpu->system.count()));
  }
  if (auto up = process::uptime(); up) {
    std::printf("%-18s %lld ms ago\n", "started", static_cast<long long>(up->count() / 1'000'000));
  }
}

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts(
        "ch01_whoami: everything a process can ask the system about itself.\nusage: ch01_whoami");
    return std::strcmp(argv[1], "--help") == 0 ? 0 : 2;
  }
  show_place(argc > 0 ? argv[0] : "(none)");
  show_rights();
  show_cost();
}
