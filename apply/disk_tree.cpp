#include "apply/disk_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>

#include "state/files/companions.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

Error missing(const std::string& what) { return {.code = "E0004", .message = what}; }

Error unreadable(const std::string& what, int error) {
  return {.code = "E0003",
          .message = fmt::format("{} can't be read: {}", what, std::strerror(error)),
          .help = error == EACCES ? "give this user the right to read it" : ""};
}

// ENOENT and ENOTDIR say that it isn't there; the rest that it can't be read.
Error no_access(const std::string& what, const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) return missing(fmt::format("there is no {} \"{}\"", what, path));
  return unreadable(fmt::format("the {} \"{}\"", what, path), error);
}

Error leads_out(const std::string& path) {
  return {.code = "E0005",
          .message = fmt::format("the link \"{}\" leads out of the stack's folder", path),
          .help = "copy what it points to into the folder"};
}

bool is_inside(const fs::path& path, const fs::path& root) {
  const auto [end, unused] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return end == root.end();
}

class DiskFile : public FileReader {
 public:
  DiskFile(const fs::path& file, std::string shown)
      : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)), shown_(std::move(shown)) {}
  ~DiskFile() override {
    if (fd_ >= 0) ::close(fd_);
  }
  DiskFile(const DiskFile&) = delete;
  DiskFile& operator=(const DiskFile&) = delete;
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

  Result<std::size_t> read(char* buffer, std::size_t room) override {
    for (;;) {
      const auto n = ::read(fd_, buffer, room);
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) return unreadable(fmt::format("the file \"{}\"", shown_), errno);
    }
  }

 private:
  int fd_;
  std::string shown_;
};

constexpr std::size_t kMostEntries = 500'000;  // files and folders below a folder

struct Walk {
  std::function<bool(const fs::path&)> without;
  std::vector<TreeEntry> entries;
  std::size_t folders = 0;
  std::optional<Error> error;
};

Error too_many(const std::string& folder) {
  return {.code = "E0006",
          .message = fmt::format("the folder \"{}\" has more than {} files and folders", folder, kMostEntries),
          .help = "take what the stack doesn't need out of it"};
}

void visit(const fs::directory_entry& entry, const std::string& path, Walk& walk);

void walk_folder(const fs::path& folder, const std::string& shown, Walk& walk) {
  std::error_code failed;
  fs::directory_iterator entries(folder, failed);
  if (failed) {
    walk.error = no_access("folder", shown.empty() ? "." : shown, failed.value());
    return;
  }
  ++walk.folders;
  for (const fs::directory_iterator end; entries != end && !walk.error; entries.increment(failed)) {
    if (failed) break;
    if (walk.entries.size() + walk.folders > kMostEntries) {
      walk.error = too_many(shown.empty() ? "." : shown);
      return;
    }
    const auto name = entries->path().filename();
    if (!names_private(name.string()) && !walk.without(entries->path())) {
      visit(*entries, shown.empty() ? name.string() : shown + "/" + name.string(), walk);
    }
  }
  if (failed && !walk.error) walk.error = unreadable(fmt::format("the folder \"{}\"", shown), failed.value());
}

void visit(const fs::directory_entry& entry, const std::string& path, Walk& walk) {
  std::error_code failed;
  const auto status = entry.symlink_status(failed);
  if (failed) {
    walk.error = no_access("file", path, failed.value());
  } else if (fs::is_directory(status)) {
    walk_folder(entry.path(), path, walk);
  } else if (fs::is_symlink(status)) {
    const auto target = fs::read_symlink(entry.path(), failed);
    walk.entries.push_back({.path = path, .symlink = true, .size = target.native().size()});
  } else if (fs::is_regular_file(status)) {
    const auto size = entry.file_size(failed);
    const bool executable = (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
    walk.entries.push_back({.path = path, .executable = executable, .size = failed ? 0 : size});
  }
}

}  // namespace

DiskTree::DiskTree(std::string root, const Closed& closed) : root_(std::move(root)) {
  std::error_code failed;
  if (!closed.key_file.empty()) key_file_ = fs::canonical(closed.key_file, failed);
  if (!closed.state.empty()) state_ = fs::weakly_canonical(closed.state, failed);
  while (root_.size() > 1 && root_.ends_with('/')) root_.pop_back();
  if (root_.empty()) root_ = ".";
}

bool DiskTree::is_closed(const fs::path& resolved) const {
  return (!key_file_.empty() && resolved == key_file_) ||
         (!state_.empty() && is_of_state(resolved.native(), state_.native()));
}

bool DiskTree::is_private(const fs::path& resolved, const fs::path& root) const {
  return names_private(resolved.lexically_relative(root).string()) || is_closed(resolved);
}

Result<fs::path> DiskTree::locate(const std::string& path, bool follow) const {
  auto normal = normal_path(path);
  if (!normal) return std::move(normal).error();
  std::error_code failed;
  const auto root = fs::canonical(root_, failed);
  if (failed) return no_access("folder", root_, failed.value());
  const auto wanted = root / *normal;
  const auto resolved = fs::canonical(follow ? wanted : wanted.parent_path(), failed);
  if (failed) return no_access(follow ? "folder" : "file", path, failed.value());
  if (!normal->empty() && !is_inside(resolved, root)) return leads_out(path);
  auto place = follow ? resolved : resolved / wanted.filename();
  if (is_private(place, root)) return private_path(path);
  return place;
}

Result<std::vector<TreeEntry>> DiskTree::do_list(const std::string& folder) const {
  auto place = locate(folder, true);
  if (!place) return std::move(place).error();
  std::error_code failed;
  if (!fs::is_directory(*place, failed)) return missing(fmt::format("\"{}\" is not a folder", folder));
  auto shown = normal_path(folder);
  if (!shown) return std::move(shown).error();
  Walk walk{.without = [&](const fs::path& path) { return is_closed(path); }};
  walk_folder(*place, *shown, walk);
  if (walk.error) return *std::move(walk.error);
  std::sort(walk.entries.begin(), walk.entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return std::move(walk.entries);
}

Result<std::unique_ptr<FileReader>> DiskTree::do_open(const std::string& path) const {
  auto place = locate(path, false);
  if (!place) return std::move(place).error();
  struct stat info {};
  if (::lstat(place->c_str(), &info) != 0) return no_access("file", path, errno);
  if (S_ISLNK(info.st_mode)) {
    auto target = read_link(path, *place);
    if (!target) return std::move(target).error();
    return reader_of(*std::move(target));
  }
  if (!S_ISREG(info.st_mode)) return missing(fmt::format("\"{}\" is not a file", path));
  auto file = std::make_unique<DiskFile>(*place, path);
  if (!file->is_open()) return no_access("file", path, errno);
  return std::unique_ptr<FileReader>(std::move(file));
}

// The content of a link is its target, as in a commit. Dangling ones may stay so; none may lead out.
Result<std::string> DiskTree::read_link(const std::string& path, const fs::path& link) const {
  std::error_code failed;
  const auto target = fs::read_symlink(link, failed);
  if (failed) return unreadable(fmt::format("the link \"{}\"", path), failed.value());
  const auto end = fs::weakly_canonical(link.parent_path() / target, failed);
  const auto root = failed ? fs::path() : fs::canonical(root_, failed);
  if (failed || !is_inside(end, root)) return leads_out(path);
  if (is_private(end, root)) return private_path(path);
  return target.string();
}

Result<std::vector<std::string>> DiskTree::do_root_files(std::string_view suffix) const {
  std::error_code failed;
  fs::directory_iterator entries(root_, failed);
  if (failed.value() == ENOTDIR && fs::exists(root_)) return missing(fmt::format("\"{}\" is not a folder", root_));
  if (failed) return no_access("folder", root_, failed.value());
  std::vector<std::string> out;
  for (const auto& entry : entries) {
    const auto name = entry.path().filename().string();
    if (!name.ends_with(suffix)) continue;
    if (entry.is_symlink(failed)) {
      return Error{.code = "E0005",
                   .message = fmt::format("\"{}\" is a link", name),
                   .help = "put the file itself into the stack's folder"};
    }
    if (entry.is_regular_file(failed)) out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace infra
