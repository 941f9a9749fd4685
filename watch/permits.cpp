#include "watch/permits.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/durable_write.h"

namespace infra {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMostAllowed = 100;  // the newest; nobody comes back for older ones

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);) out.push_back(line);
  return out;
}

// Whole or not at all.
Result<Ok> replace(const fs::path& path, const std::vector<std::string>& lines) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  const auto beside = path.string() + ".new";
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = file >= 0 && write_durably(file, fmt::format("{}\n", fmt::join(lines, "\n")));
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (written && ::rename(beside.c_str(), path.c_str()) == 0) return Ok{};
  return Error{.code = "E0504",
               .message = fmt::format("can't write {}: {}", path.string(), std::strerror(written ? errno : reason)),
               .help = "check the folder's permissions and the disk's free space"};
}

bool is_whole_id(const std::string& commit) {
  return commit.size() == 40 && commit.find_first_not_of("0123456789abcdef") == std::string::npos;
}

fs::path allowed_in(const std::string& home) { return fs::path(home) / "allowed"; }
fs::path followed_in(const std::string& home) { return fs::path(home) / "followed"; }

std::string quoted(const std::string& path) {
  const bool plain =
      path.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/+:@%,") ==
      std::string::npos;
  if (plain) return path;
  std::string out = "'";
  for (const char c : path) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string FollowedBranch::commit() const {
  const auto lines = lines_of(followed_in(home));
  const bool same = lines.size() >= 3 && lines[0] == repo && lines[1] == branch && is_whole_id(lines[2]);
  return same ? lines[2] : std::string();
}

Result<Ok> FollowedBranch::remember(const std::string& commit) const {
  return replace(followed_in(home), {repo, branch, commit});
}

bool is_allowed(const std::string& home, const std::string& commit) {
  const auto lines = lines_of(allowed_in(home));
  return std::find(lines.begin(), lines.end(), commit) != lines.end();
}

Result<Ok> allow_commit(const std::string& home, const std::string& commit) {
  if (!is_whole_id(commit)) {
    return Error{.code = "E0902",
                 .message = fmt::format("\"{}\" is no commit's whole id", commit.substr(0, 60)),
                 .help = "give all 40 digits, as `git rev-parse` and the loop's message show them"};
  }
  if (std::error_code failed; !fs::exists(followed_in(home), failed)) {
    return Error{.code = "E0902",
                 .message = fmt::format("no loop has run from {}", home),
                 .help = "give the folder that the loop's message names"};
  }
  if (is_allowed(home, commit)) return Ok{};
  auto lines = lines_of(allowed_in(home));
  lines.push_back(commit);
  if (lines.size() > kMostAllowed) lines.erase(lines.begin(), lines.end() - kMostAllowed);
  return replace(allowed_in(home), lines);
}

std::string command_to_allow(const std::string& home, const std::string& commit) {
  return fmt::format("infra allow {} --home {}", commit, quoted(home));
}

}  // namespace infra
