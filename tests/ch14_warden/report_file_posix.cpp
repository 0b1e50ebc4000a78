// tests/ch14 · the report's file, and who would like to redirect it.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "chapters/ch14_warden/report.h"

namespace proclab::warden {
namespace {

namespace fs = std::filesystem;

class ReportFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/ch14_report_XXXXXX";
    folder = ::mkdtemp(name);
    ASSERT_FALSE(folder.empty());
  }
  void TearDown() override { fs::remove_all(folder); }

  static std::string read(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }

  fs::path folder;
};

TEST_F(ReportFileTest, IsWrittenWholeAndLeavesNoDraft) {
  Result<ReportFile> file = ReportFile::open(folder / "r.json");
  ASSERT_TRUE(file);
  EXPECT_EQ(entries(), 0U);  // nothing is there before it is all there
  ASSERT_TRUE(file->write("one\n"));
  ASSERT_TRUE(file->write("two\n"));
  EXPECT_EQ(read(folder / "r.json"), "two\n");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(ReportFileTest, DoesNotFollowALinkThatWasPlanted) {
  std::ofstream(folder / "precious") << "mine";
  Result<ReportFile> file = ReportFile::open(folder / "r.json");
  ASSERT_TRUE(file);
  fs::create_symlink("precious", folder / "r.json");
  fs::create_symlink("precious", folder / (".r.json." + std::to_string(::getpid())));
  ASSERT_TRUE(file->write("report\n"));
  EXPECT_EQ(read(folder / "precious"), "mine");
  EXPECT_FALSE(fs::is_symlink(folder / "r.json"));
  EXPECT_EQ(read(folder / "r.json"), "report\n");
}

TEST_F(ReportFileTest, GoesToTheFolderThatItWasOpenedIn) {
  fs::create_directory(folder / "a");
  Result<ReportFile> file = ReportFile::open(folder / "a/r.json");
  ASSERT_TRUE(file);
  fs::create_directory(folder / "trap");
  fs::rename(folder / "a", folder / "b");
  fs::create_directory_symlink("trap", folder / "a");
  ASSERT_TRUE(file->write("report\n"));
  EXPECT_TRUE(fs::exists(folder / "b/r.json"));
  EXPECT_TRUE(fs::is_empty(folder / "trap"));
}

TEST_F(ReportFileTest, RefusesWhatIsNoFolderOfItsOwn) {
  EXPECT_EQ(ReportFile::open(folder / "none/r.json").error().code,
            std::errc::no_such_file_or_directory);
  fs::create_directory_symlink(".", folder / "link");
  EXPECT_EQ(ReportFile::open(folder / "link/r.json").error().code, std::errc::not_a_directory);
  EXPECT_EQ(ReportFile::open(folder.string() + "/").error().code, std::errc::is_a_directory);
}

TEST_F(ReportFileTest, SaysWhyItCannotBeWritten) {
  Result<ReportFile> file = ReportFile::open(folder / "r.json");
  ASSERT_TRUE(file);
  fs::create_directory(folder / "r.json");
  const Result<void> written = file->write("report\n");
  ASSERT_FALSE(written);
  EXPECT_STREQ(written.error().call, "renameat");
  EXPECT_EQ(entries(), 1U);  // the draft is gone
}

}  // namespace
}  // namespace proclab::warden
