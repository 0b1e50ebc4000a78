// tests/support · which sanitizer watches this build, if any.
#pragma once

namespace proclab::test {

/// True in a build that ThreadSanitizer watches.
#ifdef __SANITIZE_THREAD__
inline constexpr bool kTsan = true;
#else
inline constexpr bool kTsan = false;
#endif

/// True in a build that any sanitizer watches.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = kTsan;
#endif

/// How often a test repeats what it does by the hundred: `times`, and a tenth of it under a sanitizer,
/// where fork() copies the tables of the shadow memory too. The release build does all of them.
constexpr int rounds(int times) { return kSanitized ? times / 10 : times; }

}  // namespace proclab::test
