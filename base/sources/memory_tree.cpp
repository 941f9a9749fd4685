#include "base/sources/memory_tree.h"

#include <fmt/format.h>

namespace infra {

MemoryTree::MemoryTree(std::map<std::string, std::string> files, std::string root)
    : files_(std::move(files)), root_(std::move(root)) {}

Result<std::vector<TreeEntry>> MemoryTree::do_list(const std::string& folder) const {
  auto normal = normal_path(folder);
  if (!normal) return std::move(normal).error();
  const std::string prefix = normal->empty() ? "" : *normal + "/";
  std::vector<TreeEntry> out;
  for (const auto& [path, text] : files_) {
    if (path.starts_with(prefix)) out.push_back({.path = path, .size = text.size()});
  }
  if (out.empty() && !prefix.empty()) {
    return Error{.code = "E0004", .message = fmt::format("there is no folder \"{}\" in {}", folder, root_)};
  }
  return out;
}

Result<std::unique_ptr<FileReader>> MemoryTree::do_open(const std::string& path) const {
  auto normal = normal_path(path);
  if (!normal) return std::move(normal).error();
  const auto at = files_.find(*normal);
  if (at == files_.end()) {
    return Error{.code = "E0004", .message = fmt::format("there is no file \"{}\" in {}", path, root_)};
  }
  return reader_of(at->second);
}

Result<std::vector<std::string>> MemoryTree::do_root_files(std::string_view suffix) const {
  std::vector<std::string> out;
  for (const auto& [path, text] : files_) {
    if (path.find('/') == std::string::npos && path.ends_with(suffix)) out.push_back(path);
  }
  return out;
}

}  // namespace infra
