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

Result<std::vector<TreeEntry>> RecordingTree::do_list(const std::string& folder) const {
  auto entries = from_.list(folder);
  if (!entries) return entries;
  for (const auto& entry : *entries) {
    auto& file = files_[entry.path];
    file.executable = entry.executable;
    file.symlink = entry.symlink;
  }
  return entries;
}

Result<std::string> RecordingTree::do_read(const std::string& path) const {
  auto text = from_.read(path);
  if (!text) return text;
  const auto normal = normal_path(path);
  auto& file = files_[normal ? *normal : path];
  if (file.text == nullptr) file.text = std::make_shared<const std::string>(*text);
  return text;
}

Result<std::vector<std::string>> RecordingTree::do_root_files(std::string_view suffix) const {
  return from_.root_files(suffix);
}

KeptSources keep_sources(const RecordedTree& files) {
  KeptSources out;
  for (const auto& [path, file] : files) {
    if (file.text == nullptr) continue;
    auto hash = keyed_hash(*file.text, "source");
    out.records.push_back({.path = path, .hash = hash, .executable = file.executable, .symlink = file.symlink});
    if (file.text->size() <= kMostKept) out.texts.emplace(std::move(hash), *file.text);
  }
  return out;
}

RestoredTree::RestoredTree(std::vector<SourceRecord> records, SourceTexts texts, std::string name)
    : records_(std::move(records)), texts_(std::move(texts)), name_(std::move(name)) {}

Result<std::vector<TreeEntry>> RestoredTree::do_list(const std::string& folder) const {
  std::vector<TreeEntry> out;
  for (const auto& record : records_) {
    if (!is_below(record.path, folder)) continue;
    const auto text = texts_.find(record.hash);
    out.push_back({.path = record.path,
                   .executable = record.executable,
                   .symlink = record.symlink,
                   .size = text == texts_.end() ? kMostKept + 1 : text->second.size()});
  }
  if (out.empty() && !folder.empty()) {
    return Error{.code = "E0004", .message = fmt::format("there is no folder \"{}\" in {}", folder, name_)};
  }
  return out;
}

Result<std::string> RestoredTree::do_read(const std::string& path) const {
  const auto normal = normal_path(path);
  if (!normal) return normal;
  const auto at = std::find_if(records_.begin(), records_.end(), [&](const auto& r) { return r.path == *normal; });
  if (at == records_.end()) {
    return Error{.code = "E0004", .message = fmt::format("there is no file \"{}\" in {}", *normal, name_)};
  }
  const auto text = texts_.find(at->hash);
  if (text != texts_.end()) return text->second;
  return Error{.code = "E0510",
               .message = fmt::format("{} doesn't hold the file \"{}\": it has more than {} MiB", name_, *normal,
                                      kMostKept >> 20U),
               .help = "check out the files of that time, and apply them"};
}

Result<std::vector<std::string>> RestoredTree::do_root_files(std::string_view suffix) const {
  std::vector<std::string> out;
  for (const auto& record : records_) {
    if (record.path.find('/') == std::string::npos && record.path.ends_with(suffix)) out.push_back(record.path);
  }
  return out;
}

}  // namespace infra
