#include "keys/key_draft.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/durable_write.h"
#include "base/hash.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = ".draft-";
constexpr std::size_t kLetters = 16;

bool is_draft_of(const std::string& name, const std::string& key) {
  const auto begin = key.size() + kMark.size();
  if (name.size() != begin + kLetters || !name.starts_with(key + std::string(kMark))) return false;
  return std::all_of(name.begin() + static_cast<std::ptrdiff_t>(begin), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

// Locked, so that others see that somebody lives who needs it. -1, with errno.
int make_locked(const std::string& draft) {
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  // Where nothing can be locked, no draft counts as left over either.
  while (file >= 0 && ::flock(file, LOCK_EX) != 0 && errno == EINTR) continue;
  return file;
}

// Somebody may have taken it for a left one between the two calls that made and locked it.
bool stands(int file) {
  struct stat info {};
  return ::fstat(file, &info) == 0 && info.st_nlink > 0;
}

void remove_if_left(const std::string& draft) {
  const int file = ::open(draft.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  if (file < 0) return;
  struct stat info {};
  const bool plain = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode);
  if (plain && ::flock(file, LOCK_EX | LOCK_NB) == 0) ::unlink(draft.c_str());
  ::close(file);
}

}  // namespace

Error key_file_fault(const std::string& what, const std::string& path, int error) {
  return {.code = "E0521",
          .message = fmt::format("the key file {} can't be {}: {}", path, what, std::strerror(error)),
          .help = "check the path, its permissions and the free space",
          .context = {}};
}

Result<KeyDraft> KeyDraft::write(const std::string& path, std::string_view text) {
  constexpr int kTries = 10;
  for (int i = 0; i < kTries; ++i) {
    auto name = fmt::format("{}{}{}", path, kMark, random_token(kLetters));
    const int file = make_locked(name);
    if (file < 0) return key_file_fault("written", path, errno);
    KeyDraft draft(file, std::move(name), path);
    if (!stands(file)) continue;
    if (!write_durably(file, text)) return key_file_fault("written", path, errno);
    return draft;
  }
  return key_file_fault("written", path, EAGAIN);
}

KeyDraft::KeyDraft(int file, std::string draft, std::string path)
    : file_(file), draft_(std::move(draft)), path_(std::move(path)) {}

KeyDraft::KeyDraft(KeyDraft&& other) noexcept
    : file_(other.file_), draft_(std::move(other.draft_)), path_(std::move(other.path_)) {
  other.file_ = -1;
}

KeyDraft::~KeyDraft() {
  if (file_ < 0) return;
  if (!draft_.empty()) ::unlink(draft_.c_str());
  ::close(file_);
}

bool KeyDraft::become_first() {
  // A link doesn't replace: of two runs that make the first key at once, both use the same one.
  return ::link(draft_.c_str(), path_.c_str()) == 0;
}

bool KeyDraft::replace() {
  if (::rename(draft_.c_str(), path_.c_str()) != 0) return false;
  draft_.clear();
  return true;
}

void remove_left_drafts(const std::string& path) {
  const fs::path key(path);
  const auto folder = key.has_parent_path() ? key.parent_path() : fs::path(".");
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (is_draft_of(entry.path().filename().string(), key.filename().string())) remove_if_left(entry.path().string());
  }
}

}  // namespace infra
