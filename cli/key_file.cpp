#include "cli/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/hash.h"

namespace infra::cli {
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

Error fault(const std::string& what, const std::string& path, int error) {
  return {.code = "E0521",
          .message = fmt::format("the key file {} can't be {}: {}", path, what, std::strerror(error)),
          .help = "check the path, its permissions and the free space",
          .context = {}};
}

Error too_open(const std::string& path, mode_t mode) {
  return {.code = "E0521",
          .message = fmt::format("others than you may read or change the key file {} (its mode is {:03o})", path,
                                 mode & 0777U),
          .help = fmt::format("chmod 600 {}; if somebody may have read it, also: infra secret rotate", path),
          .context = {}};
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::fsync(fd) == 0;
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

// Beside `path`, on the disk. Gives back its name.
Result<std::string> write_draft(const std::string& path, const std::vector<BoxKey>& keys) {
  auto draft = fmt::format("{}.{}", path, random_token(8));
  const Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.good()) return fault("written", path, errno);
  auto text = content(keys);
  const bool written = write_all(file.get(), text);
  const int error = errno;
  wipe(text);
  if (written) return draft;
  ::unlink(draft.c_str());
  return fault("written", path, error);
}

Result<Ok> make_folder(const std::string& path) {
  const auto folder = fs::path(path).parent_path();
  if (folder.empty()) return Ok{};
  std::error_code failed;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), failed);
  if (failed) return fault("written", path, failed.value());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return fault("written", path, errno);
  return Ok{};
}

// Nothing in infra's own folder belongs into a repository, least of all the key.
Result<Ok> keep_out_of_git(const std::string& path) {
  const auto folder = fs::path(path).parent_path();
  if (folder.filename() != ".infra") return Ok{};
  const auto ignore = (folder / ".gitignore").string();
  const Descriptor file(::open(ignore.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file.good()) return errno == EEXIST ? Result<Ok>(Ok{}) : fault("kept out of git", path, errno);
  if (!write_all(file.get(), "*\n")) return fault("kept out of git", path, errno);
  return Ok{};
}

}  // namespace

Result<std::optional<std::string>> read_key_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.good() && (errno == ENOENT || errno == ENOTDIR)) return std::optional<std::string>();
  struct stat info {};
  if (!file.good() || ::fstat(file.get(), &info) != 0) return fault("read", path, errno);
  if (!S_ISREG(info.st_mode)) return fault("read", path, S_ISDIR(info.st_mode) ? EISDIR : EINVAL);
  if ((info.st_mode & 077U) != 0) return too_open(path, info.st_mode);
  std::string text(kLongestKey, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto n = ::read(file.get(), text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fault("read", path, errno);
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
  const auto draft = write_draft(path, {BoxKey::random()});
  if (!draft) return draft.error();
  // A link doesn't replace: of two runs that make the first key at once, both use the same one.
  const bool made = ::link(draft->c_str(), path.c_str()) == 0;
  const int error = errno;
  ::unlink(draft->c_str());
  if (!made && error != EEXIST) return fault("written", path, error);
  sync_folder_of(path);
  return made;
}

Result<Ok> replace_key_file(const std::string& path, const std::vector<BoxKey>& keys) {
  const auto draft = write_draft(path, keys);
  if (!draft) return draft.error();
  if (::rename(draft->c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(draft->c_str());
    return fault("written", path, error);
  }
  sync_folder_of(path);
  return Ok{};
}

}  // namespace infra::cli
