#include "apply/recording_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"

namespace infra {
namespace {

bool is_below(const std::string& path, const std::string& folder) {
  return folder.empty() || (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

}  // namespace

RecordedFile& RecordingTree::file(const std::string& path) const {
  const auto normal = normal_path(path);
  return files_[normal ? *normal : path];
}

Result<std::vector<TreeEntry>> RecordingTree::do_list(const std::string& folder) const {
  auto entries = from_.list(folder);
  if (!entries) return entries;
  for (const auto& entry : *entries) {
    auto& file = files_[entry.path];
    file.executable = entry.executable;
    file.symlink = entry.symlink;
    file.size = entry.size;
  }
  return entries;
}

Result<std::string> RecordingTree::do_read(const std::string& path) const {
  auto text = from_.read(path);
  if (!text) return text;
  auto& read = file(path);
  if (read.text == nullptr) {
    read.text = std::make_shared<const std::string>(*text);
    read.size = text->size();
    read.hash = sha256_hex(*text);
  }
  return text;
}

Result<std::string> RecordingTree::do_digest(const std::string& path) const {
  auto& hashed = file(path);
  if (!hashed.hash.empty()) return hashed.hash;
  auto hash = from_.digest(path);
  if (hash) hashed.hash = *hash;
  return hash;
}

Result<std::vector<std::string>> RecordingTree::do_root_files(std::string_view suffix) const {
  return from_.root_files(suffix);
}

KeptSources keep_sources(const RecordedTree& files) {
  KeptSources out;
  for (const auto& [path, file] : files) {
    if (file.hash.empty()) continue;
    out.records.push_back({.path = path,
                           .hash = file.hash,
                           .executable = file.executable,
                           .symlink = file.symlink,
                           .kept = file.text != nullptr,
                           .size = file.size});
    if (file.text != nullptr) out.texts.emplace(file.hash, *file.text);
  }
  return out;
}

RestoredTree::RestoredTree(std::vector<SourceRecord> records, SourceTexts texts, std::string name,
                           std::unique_ptr<SourceTree> present)
    : records_(std::move(records)), texts_(std::move(texts)), name_(std::move(name)), present_(std::move(present)) {}

Result<std::vector<TreeEntry>> RestoredTree::do_list(const std::string& folder) const {
  std::vector<TreeEntry> out;
  for (const auto& record : records_) {
    if (!is_below(record.path, folder)) continue;
    out.push_back(
        {.path = record.path, .executable = record.executable, .symlink = record.symlink, .size = record.size});
  }
  if (out.empty() && !folder.empty()) {
    return Error{.code = "E0004", .message = fmt::format("there is no folder \"{}\" in {}", folder, name_)};
  }
  return out;
}

Result<const SourceRecord*> RestoredTree::record(const std::string& path) const {
  const auto normal = normal_path(path);
  if (!normal) return normal.error();
  const auto at = std::lower_bound(records_.begin(), records_.end(), *normal,
                                   [](const SourceRecord& r, const std::string& name) { return r.path < name; });
  if (at != records_.end() && at->path == *normal) return &*at;
  return Error{.code = "E0004", .message = fmt::format("there is no file \"{}\" in {}", *normal, name_)};
}

Result<Ok> RestoredTree::check_at_hand(const std::string& path) const {
  auto found = record(path);
  if (!found) return std::move(found).error();
  if ((*found)->kept) return Ok{};
  const auto now = present_ != nullptr ? present_->digest(path) : Result<std::string>(std::string());
  if (now && *now == (*found)->hash) return Ok{};
  return Error{.code = "E0510",
               .message = fmt::format("of \"{}\" {} keeps only its hash, and the file in the folder is {}", path, name_,
                                      now ? "another one now" : "gone"),
               .help = "check out the files of that time, and apply them"};
}

Result<std::unique_ptr<FileReader>> RestoredTree::do_open(const std::string& path) const {
  auto found = record(path);
  if (!found) return std::move(found).error();
  const auto text = texts_.find((*found)->hash);
  if (text != texts_.end()) return reader_of(text->second);
  if (auto there = check_at_hand(path); !there) return std::move(there).error();
  return present_->open(path);
}

Result<std::string> RestoredTree::do_digest(const std::string& path) const {
  auto found = record(path);
  if (!found) return std::move(found).error();
  return (*found)->hash;
}

Result<std::vector<std::string>> RestoredTree::do_root_files(std::string_view suffix) const {
  std::vector<std::string> out;
  for (const auto& record : records_) {
    if (record.path.find('/') == std::string::npos && record.path.ends_with(suffix)) out.push_back(record.path);
  }
  return out;
}

}  // namespace infra
