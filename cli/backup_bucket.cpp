#include "cli/backup_bucket.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "live/backup_file.h"

namespace infra::cli {
namespace {

constexpr std::string_view kScheme = "s3://";

// What needs no encoding, neither in a path nor in a signature.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '/';
  });
}

}  // namespace

bool is_bucket(std::string_view place) { return place.starts_with(kScheme); }

Result<PassingFolder> PassingFolder::make() {
  std::error_code trouble;
  auto pattern = (std::filesystem::temp_directory_path(trouble) / "infra-backup-XXXXXX").string();
  if (trouble || ::mkdtemp(pattern.data()) == nullptr) {
    return Error{.code = "E0907",
                 .message = fmt::format("no folder can be made for a backup on its way: {}", std::strerror(errno)),
                 .help = "TMPDIR says where"};
  }
  return PassingFolder(std::move(pattern));
}

PassingFolder::~PassingFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Result<BackupBucket> BackupBucket::open(const std::string& place) {
  auto rest = std::string_view(place).substr(kScheme.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  std::string bucket(rest.substr(0, slash));
  rest.remove_prefix(std::min(slash + 1, rest.size()));
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const bool folded = rest.find("//") != std::string_view::npos || rest.starts_with('/');
  if (bucket.empty() || !is_plain(place.substr(kScheme.size())) || folded) {
    return Error{.code = "E0902",
                 .message = fmt::format("\"{}\" is no place in a bucket", place),
                 .help = "write s3://BUCKET/PREFIX, with letters, digits, '.', '_', '-' and '/' alone"};
  }
  auto store = aws::S3::open(bucket);
  if (!store) return std::move(store).error();
  return BackupBucket(std::move(bucket), std::string(rest), *std::move(store));
}

std::string BackupBucket::key_of(const std::string& name) const { return key_.empty() ? name : key_ + "/" + name; }

std::string BackupBucket::place_of(const std::string& name) const {
  return fmt::format("{}{}/{}", kScheme, bucket_, key_of(name));
}

Result<Ok> BackupBucket::put(const std::string& file, const std::string& name, const Cancel& cancel) {
  return store_.put(key_of(name), file, cancel);
}

Result<Ok> BackupBucket::get(const std::string& file, const Cancel& cancel) { return store_.get(key_, file, cancel); }

Result<std::vector<std::string>> BackupBucket::remove_old(const std::string& volume, std::size_t keep,
                                                          const Cancel& cancel) {
  const auto prefix = key_of("");
  auto keys = store_.list(prefix + volume + "-", cancel);
  if (!keys) return keys;
  std::vector<std::string> names;
  for (const auto& key : *keys) names.push_back(key.substr(prefix.size()));
  auto gone = old_backups(std::move(names), volume, keep);
  for (const auto& name : gone) {
    if (auto removed = store_.remove(key_of(name), cancel); !removed) return std::move(removed).error();
  }
  return gone;
}

}  // namespace infra::cli
