#include "providers/nodes/ssh/private_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

namespace infra::nodes {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStart = "infra-ssh-";
constexpr std::size_t kLongestBase = 60;  // a socket's path has at most 107 characters

std::string base_folder() {
  const char* stated = std::getenv("TMPDIR");
  const std::string base = stated != nullptr ? stated : "";
  const bool plain = base.find_first_of(":%$") == std::string::npos;  // for what ssh makes of its arguments
  return base.starts_with('/') && plain && base.size() <= kLongestBase ? base : "/tmp";
}

// -1: it isn't a folder of this user, or somebody lives who needs it.
int lock_folder(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return -1;
  struct stat info {};
  const bool ours = ::fstat(file, &info) == 0 && info.st_uid == ::geteuid();
  if (ours && ::flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  ::close(file);
  return -1;
}

void remove_left_folders(const std::string& base) {
  std::error_code ignored;
  for (fs::directory_iterator at(base, ignored), end; at != end; at.increment(ignored)) {
    const auto path = at->path().string();
    if (!at->path().filename().string().starts_with(kStart)) continue;
    const int lock = lock_folder(path);
    if (lock < 0) continue;
    fs::remove_all(path, ignored);
    ::close(lock);
  }
}

}  // namespace

PrivateFolder PrivateFolder::make() {
  const auto base = base_folder();
  remove_left_folders(base);
  constexpr int kTries = 10;
  for (int i = 0; i < kTries; ++i) {
    std::string path = base + "/" + std::string(kStart) + "XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) return {};
    // Another process may have taken it for a left one before it was locked.
    if (const int lock = lock_folder(path); lock >= 0) {
      struct stat there {};
      if (::stat(path.c_str(), &there) == 0) return {std::move(path), lock};
      ::close(lock);
    }
  }
  errno = EAGAIN;
  return {};
}

PrivateFolder::PrivateFolder(PrivateFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}

PrivateFolder& PrivateFolder::operator=(PrivateFolder&& other) noexcept {
  if (this == &other) return *this;
  remove();
  path_ = std::exchange(other.path_, {});
  lock_ = std::exchange(other.lock_, -1);
  return *this;
}

void PrivateFolder::remove() {
  if (lock_ < 0) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  ::close(lock_);
  lock_ = -1;
  path_.clear();
}

}  // namespace infra::nodes
