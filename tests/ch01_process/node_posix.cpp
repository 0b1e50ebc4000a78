// Tests of chapter 1 · the real Node.js, beside what the chapter says of it.
#include <cstdlib>
#include <sstream>

#include <unistd.h>

#include <gtest/gtest.h>

#include "chapters/ch01_process/ending.h"
#include "tests/support/run.h"

using namespace proclab;

namespace {

class Node : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const searched = std::getenv("PATH");
    std::istringstream path(searched != nullptr ? searched : "");
    for (std::string folder; std::getline(path, folder, ':');) {
      if (::access((folder + "/node").c_str(), X_OK) == 0) {
        node_ = folder + "/node";
        return;
      }
    }
    if (std::getenv("CI") != nullptr) FAIL() << "CI must have node in its PATH";
    GTEST_SKIP() << "no node in PATH: what Node does was not compared";
  }
  test::Ran script(const std::string& text) const { return test::run({node_, "-e", text}); }
  std::string node_;
};

}  // namespace

TEST_F(Node, ExitCodesAreTheTables) {
  EXPECT_EQ(script("throw 1").code, 1);
  EXPECT_EQ(script("Promise.reject(1)").code, 1);
  EXPECT_EQ(script("process.on('uncaughtException', () => { throw 2 }); throw 1").code, 7);
  EXPECT_EQ(test::run({node_, "--no-such-option"}).code, 9);
  EXPECT_EQ(test::run({node_, "--input-type=module", "-e", "await new Promise(() => {})"}).code,
            13);
}

TEST_F(Node, CodesAreCutLikeEverybodys) {
  EXPECT_EQ(script("process.exit(256)").code, 0);
  EXPECT_EQ(script("process.exit(-1)").code, 255);
  EXPECT_EQ(script("process.exitCode = 300").code, 300 & 255);
}

TEST_F(Node, ExitListenersRunAtExitAndNotAtAbortOrKill) {
  const std::string listen = "process.on('exit', c => require('fs').writeSync(1, 'exit ' + c));";
  EXPECT_EQ(script(listen + "process.exit(4)").out, "exit 4");
  EXPECT_EQ(script(listen + "throw 1").out, "exit 1");
  EXPECT_EQ(script(listen).out, "exit 0");
  const auto aborted = script(listen + "process.abort()");
  EXPECT_EQ(aborted.out, "");
  EXPECT_EQ(aborted.signal, 6);
  EXPECT_EQ(script(listen + "process.kill(process.pid, 'SIGKILL')").out, "");
}

TEST_F(Node, ExitInAnExitListenerTakesTheNewCode) {
  EXPECT_EQ(script("process.on('exit', () => process.exit(9)); process.exit(4)").code, 9);
}

TEST_F(Node, EnvironmentValuesBecomeText) {
  EXPECT_EQ(script("process.env.X = undefined; process.stdout.write(process.env.X)").out,
            "undefined");
  EXPECT_EQ(script("process.env.X = ''; process.stdout.write(String('X' in process.env))").out,
            "true");
}

TEST_F(Node, AWorkersEnvironmentIsACopyAndItsDirectoryIsNotItsOwn) {
  const auto ran = script(
      "const {Worker, isMainThread} = require('worker_threads');"
      "new Worker(`process.env.X = 'worker'; try { process.chdir('/') } catch (e) {"
      "  require('worker_threads').parentPort.postMessage(e.code) }`, {eval: true})"
      ".on('message', code => process.stdout.write(code + ' ' + process.env.X))");
  EXPECT_EQ(ran.out, "ERR_WORKER_UNSUPPORTED_OPERATION undefined") << ran.err;
}

TEST_F(Node, ARemovedDirectoryMakesCwdThrow) {
  const auto ran = script(
      "const fs = require('fs'), d = fs.mkdtempSync('/tmp/ch01_node_'); process.chdir(d);"
      "fs.rmdirSync(d); try { process.cwd() } catch (e) { process.stdout.write(e.code) }");
  EXPECT_EQ(ran.out, "ENOENT");
}
