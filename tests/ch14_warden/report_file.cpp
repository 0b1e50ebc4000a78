// tests/ch14 · the report's file, on both systems.
#include <filesystem>

#include <gtest/gtest.h>

#include "chapters/ch14_warden/report.h"
#include "tests/ch14_warden/folder.h"

namespace proclab::warden {
namespace {

TEST(ReportFile, IsWrittenWholeAndLeavesNoDraft) {
  const Folder folder("whole");
  Result<ReportFile> file = ReportFile::open(folder.file("r.json"));
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(folder.entries(), 0U);  // nothing is there before it is all there
  ASSERT_TRUE(file->write("one\n"));
  ASSERT_TRUE(file->write("two\n"));
  EXPECT_EQ(folder.read("r.json"), "two\n");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(ReportFile, RefusesWhatIsNoFolder) {
  const Folder folder("none");
  EXPECT_EQ(ReportFile::open(folder.file("none/r.json")).error().code,
            std::errc::no_such_file_or_directory);
  EXPECT_EQ(ReportFile::open(folder.file("")).error().code, std::errc::is_a_directory);
  EXPECT_EQ(ReportFile::open(folder.file("..")).error().code, std::errc::is_a_directory);
  ASSERT_TRUE(ReportFile::open(folder.file("file"))->write("x"));
  EXPECT_EQ(ReportFile::open(folder.file("file/r.json")).error().code, std::errc::not_a_directory);
}

TEST(ReportFile, SaysWhyItCannotBeWritten) {
  const Folder folder("why");
  Result<ReportFile> file = ReportFile::open(folder.file("r.json"));
  ASSERT_TRUE(file);
  std::filesystem::create_directory(folder.file("r.json"));
  const Result<void> written = file->write("report\n");
  ASSERT_FALSE(written);
  EXPECT_STREQ(written.error().call, kWindows ? "MoveFileExW" : "renameat");
  EXPECT_EQ(folder.entries(), 1U);  // the draft is gone
}

}  // namespace
}  // namespace proclab::warden
