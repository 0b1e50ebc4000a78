// tests/ch14 · the report's file on Windows, and who would like to redirect it.
#include <filesystem>

#include <gtest/gtest.h>
#include <windows.h>

#include "chapters/ch14_warden/report.h"
#include "platform/win32/wide.h"
#include "tests/ch14_warden/folder.h"

namespace proclab::warden {
namespace {

namespace fs = std::filesystem;

/// False where none can be made: Windows gives that right to few, and Wine 8 says yes and makes nothing.
bool link_to(const std::string& target, const std::string& name, DWORD kind) {
  constexpr DWORD kWithoutTheRight = 2;  // SYMBOLIC_LINK_FLAG_ALLOW_UNPRIVILEGED_CREATE
  if (!::CreateSymbolicLinkW(to_wide(name)->c_str(), to_wide(target)->c_str(),
                             kind | kWithoutTheRight)) {
    return false;
  }
  const DWORD made = ::GetFileAttributesW(to_wide(name)->c_str());
  return made != INVALID_FILE_ATTRIBUTES && (made & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
}

TEST(ReportFile, KeepsItsFolderWhereItIs) {
  const Folder folder("stays");
  fs::create_directory(folder.file("a"));
  Result<ReportFile> file = ReportFile::open(folder.file("a/r.json"));
  ASSERT_TRUE(file);
  std::error_code why;
  fs::rename(folder.file("a"), folder.file("b"), why);
  EXPECT_TRUE(why);
  ASSERT_TRUE(file->write("report\n"));
  EXPECT_EQ(folder.read("a/r.json"), "report\n");
}

TEST(ReportFile, DoesNotFollowALinkThatWasPlanted) {
  const Folder folder("planted");
  std::ofstream(folder.file("precious")) << "mine";
  Result<ReportFile> file = ReportFile::open(folder.file("r.json"));
  ASSERT_TRUE(file);
  if (!link_to("precious", folder.file("r.json"), 0)) GTEST_SKIP() << "no links can be made here";
  ASSERT_TRUE(file->write("report\n"));
  EXPECT_EQ(folder.read("precious"), "mine");
  EXPECT_EQ(folder.read("r.json"), "report\n");
}

TEST(ReportFile, RefusesAFolderThatIsALink) {
  const Folder folder("link");
  if (!link_to(".", folder.file("link"), SYMBOLIC_LINK_FLAG_DIRECTORY)) {
    GTEST_SKIP() << "no links can be made here";
  }
  EXPECT_EQ(ReportFile::open(folder.file("link/r.json")).error().code, std::errc::not_a_directory);
}

}  // namespace
}  // namespace proclab::warden
