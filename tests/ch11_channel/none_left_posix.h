// tests/ch11 · no descriptor is left in this process, until it is said.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "chapters/ch01_process/limits.h"
#include "platform/handle.h"

namespace proclab::channel {

/// Lowers the limit, takes all that is left below it, and gives all back in the end.
class NoneLeft {
 public:
  NoneLeft() : before_(*process::get_limit(process::Limit::open_files)) {
    process::LimitPair low = before_;
    low.soft = 64;
    EXPECT_TRUE(process::set_limit(process::Limit::open_files, low));
    for (Handle one(::dup(0)); one; one = Handle(::dup(0))) taken_.push_back(std::move(one));
  }
  ~NoneLeft() { EXPECT_TRUE(process::set_limit(process::Limit::open_files, before_)); }
  NoneLeft(const NoneLeft&) = delete;
  NoneLeft& operator=(const NoneLeft&) = delete;

 private:
  process::LimitPair before_;
  std::vector<Handle> taken_;
};

}  // namespace proclab::channel
