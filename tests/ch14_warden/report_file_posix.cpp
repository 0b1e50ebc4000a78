// tests/ch14 · the report's file, and who would like to redirect it.
#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "chapters/ch14_warden/report.h"
#include "tests/ch14_warden/folder.h"

namespace proclab::warden {
namespace {

namespace fs = std::filesystem;

TEST(ReportFile, DoesNotFollowALinkThatWasPlanted) {
  const Folder folder("planted");
  std::ofstream(folder.file("precious")) << "mine";
  Result<ReportFile> file = ReportFile::open(folder.file("r.json"));
  ASSERT_TRUE(file);
  fs::create_symlink("precious", folder.file("r.json"));
  fs::create_symlink("precious", folder.file(".r.json." + std::to_string(::getpid())));
  ASSERT_TRUE(file->write("report\n"));
  EXPECT_EQ(folder.read("precious"), "mine");
  EXPECT_FALSE(fs::is_symlink(folder.file("r.json")));
  EXPECT_EQ(folder.read("r.json"), "report\n");
}

TEST(ReportFile, GoesToTheFolderThatItWasOpenedIn) {
  const Folder folder("moved");
  fs::create_directory(folder.file("a"));
  Result<ReportFile> file = ReportFile::open(folder.file("a/r.json"));
  ASSERT_TRUE(file);
  fs::create_directory(folder.file("trap"));
  fs::rename(folder.file("a"), folder.file("b"));
  fs::create_directory_symlink("trap", folder.file("a"));
  ASSERT_TRUE(file->write("report\n"));
  EXPECT_TRUE(fs::exists(folder.file("b/r.json")));
  EXPECT_TRUE(fs::is_empty(folder.file("trap")));
}

TEST(ReportFile, RefusesAFolderThatIsALink) {
  const Folder folder("link");
  fs::create_directory_symlink(".", folder.file("link"));
  EXPECT_EQ(ReportFile::open(folder.file("link/r.json")).error().code, std::errc::not_a_directory);
}

}  // namespace
}  // namespace proclab::warden
