#include "git/unused_copies.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "git/copy_lock.h"

namespace infra {
namespace {

namespace fs = std::filesystem;
constexpr auto kUnused = std::chrono::hours(7 * 24);

}  // namespace

void note_use(const std::string& copy) { ::utimensat(AT_FDCWD, copy.c_str(), nullptr, 0); }

void drop_unused_copies(const std::string& folder) {
  std::error_code failed;
  const auto since = fs::file_time_type::clock::now() - kUnused;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    std::error_code gone;
    if (entry.path().extension() != ".git" || fs::last_write_time(entry.path(), gone) > since || gone) continue;
    const auto copy = entry.path().string();
    const Cancel never;
    const auto lock = CopyLock::wait(copy, std::chrono::milliseconds(0), never);
    // Whoever had the lock may have used it just now.
    if (lock && fs::last_write_time(copy, gone) <= since && !gone) fs::remove_all(copy, gone);
  }
}

}  // namespace infra
