// What the program's exit code says to scripts.
#pragma once

namespace infra::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kChanges = 2;        // `plan --detailed-exitcode` found something to do
inline constexpr int kInterrupted = 130;  // as a shell reports Ctrl-C

}  // namespace infra::cli
