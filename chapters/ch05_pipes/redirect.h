// Chapter 5 · pipes: what the shell's <, >, >> and <<< open.
//
// Question: who opens the file of `sort < words > sorted`? Neither sort nor the kernel: the one who
// starts it does, and hands over descriptors. Read before: pipe.h. Then redirect_posix.cpp and
// here_string_linux.cpp, or redirect_win32.cpp. Meets: open, memfd_create; CreateFileW.
//
//   Result<Handle> words = open_file("words", Redirect::read);
//   options.slots = {spawn::Slot::from(0, words->get())};           // < words
//   options.slots = {spawn::Slot::from(1, log.get()), spawn::Slot::from(2, log.get())};  // > log 2>&1
#pragma once

#include <string>
#include <string_view>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::pipes {

enum class Redirect {
  read,      ///< <   the file must be there
  truncate,  ///< >   made when missing, emptied when not
  append,    ///< >>  made when missing; *every write* goes to the end, also when others write too
};

/// Opens `path` (UTF-8; relative to this process's directory, not the child's) for a spawn::Slot. The
/// handle is the caller's, to be closed once the child is started; no program inherits it by itself. A
/// new file is 0666 less the umask. Two slots may get the same handle: then they share one position, as
/// with 2>&1; opening the file twice would make them overwrite each other.
/// A FIFO without a partner waits for one; EINTR does not end the wait.
/// Errors: no_such_file_or_directory, permission_denied, is_a_directory (Windows: permission_denied),
/// too_many_files_open, invalid_argument for a NUL in the name; a full disk shows when the *child* writes.
Result<Handle> open_file(const std::string& path, Redirect how);

/// A readable handle at the beginning of `text`: the shell's <<<, and a small input without a writer.
/// Of any size, and it can be read at leisure: no process has to stay and feed it. Nobody else can
/// open or see it, and when the last handle is closed it is gone. Linux: memory, sealed so that no child can
/// change it. macOS, Windows: a temporary file that has no name any more, or loses it at the end.
/// Errors: not_enough_memory, no_space_on_device, file_too_large (RLIMIT_FSIZE counts here, too, but
/// kills nobody), too_many_files_open. Sources: memfd_create(2); MSDN FILE_FLAG_DELETE_ON_CLOSE.
Result<Handle> here_string(std::string_view text);

}  // namespace proclab::pipes
