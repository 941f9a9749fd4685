#include "keys/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "keys/key_draft.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool good() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error too_open(const std::string& path, mode_t mode) {
  return {.code = "E0521",
          .message = fmt::format("others than you may read or change the key file {} (its mode is {:03o})", path,
                                 mode & 0777U),
          .help = fmt::format("chmod 600 {}; if someone may have read it, also: infra secret rotate", path),
          .context = {}};
}

void sync_folder_of(const std::string& path) {
  const auto parent = fs::path(path).parent_path();
  const Descriptor folder(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.good()) ::fsync(folder.get());
}

std::string content(const std::vector<BoxKey>& keys) {
  std::string out =
      "# The key of this stack's secrets, made by infra. Keep a copy in a safe place, and keep it out of git.\n";
  for (const auto& key : keys) out += key.text() + "\n";
  return out;
}

// Beside `path`, on the disk.
Result<KeyDraft> draft_of(const std::string& path, const std::vector<BoxKey>& keys) {
  remove_left_drafts(path);
  auto text = content(keys);
  auto draft = KeyDraft::write(path, text);
  wipe(text);
  return draft;
}

Result<Ok> make_folder(const std::string& path) {
  const auto folder = fs::path(path).parent_path();
  if (folder.empty()) return Ok{};
  std::error_code failed;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), failed);
  if (failed) return key_file_fault("written", path, failed.value());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return key_file_fault("written", path, errno);
  return Ok{};
}

// Nothing in infra's own folder belongs into a repository, least of all the key.
Result<Ok> keep_out_of_git(const std::string& path) {
  const auto folder = fs::path(path).parent_path();
  if (folder.filename() != ".infra") return Ok{};
  const auto ignore = (folder / ".gitignore").string();
  const Descriptor file(::open(ignore.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file.good()) return errno == EEXIST ? Result<Ok>(Ok{}) : key_file_fault("kept out of git", path, errno);
  if (::write(file.get(), "*\n", 2) != 2) return key_file_fault("kept out of git", path, errno);
  return Ok{};
}

}  // namespace

Result<std::optional<std::string>> read_key_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.good() && (errno == ENOENT || errno == ENOTDIR)) return std::optional<std::string>();
  struct stat info {};
  if (!file.good() || ::fstat(file.get(), &info) != 0) return key_file_fault("read", path, errno);
  if (!S_ISREG(info.st_mode)) return key_file_fault("read", path, S_ISDIR(info.st_mode) ? EISDIR : EINVAL);
  if ((info.st_mode & 077U) != 0) return too_open(path, info.st_mode);
  std::string text(kLongestKey, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto n = ::read(file.get(), text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return key_file_fault("read", path, errno);
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  text.resize(size);
  return std::optional<std::string>(std::move(text));
}

Result<bool> make_key_file(const std::string& path) {
  auto folder = make_folder(path);
  if (!folder) return std::move(folder).error();
  auto ignored = keep_out_of_git(path);
  if (!ignored) return std::move(ignored).error();
  bool made = false;
  {
    auto draft = draft_of(path, {BoxKey::random()});
    if (!draft) return std::move(draft).error();
    made = draft->become_first();
    if (!made && errno != EEXIST) return key_file_fault("written", path, errno);
  }
  sync_folder_of(path);
  return made;
}

Result<Ok> replace_key_file(const std::string& path, const std::vector<BoxKey>& keys) {
  auto draft = draft_of(path, keys);
  if (!draft) return std::move(draft).error();
  if (!draft->replace()) return key_file_fault("written", path, errno);
  sync_folder_of(path);
  return Ok{};
}

}  // namespace infra
