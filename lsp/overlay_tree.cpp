#include "lsp/overlay_tree.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra::lsp {
namespace {
Error missing(const std::string& path) {
  return {.code = "E0004", .message = fmt::format("there is no file or folder \"{}\"", path)};
}
}  // namespace

Result<std::vector<TreeEntry>> OverlayTree::do_list(const std::string& folder) const {
  if (const auto done = lists_.find(folder); done != lists_.end()) return done->second;
  Result<std::vector<TreeEntry>> found =
      disk_ != nullptr ? disk_->list(folder) : Result<std::vector<TreeEntry>>(missing(folder));
  return lists_.emplace(folder, std::move(found)).first->second;
}

Result<std::string> OverlayTree::do_read(const std::string& path) const {
  const auto normal = normal_path(path);
  if (!normal) return normal.error();
  if (const auto at = pretended_.find(*normal); at != pretended_.end()) return at->second;
  if (const auto* open = documents_.at_path(folder_ + "/" + *normal)) return open->file.text;
  if (disk_ == nullptr) return missing(path);
  return disk_->read(path);
}

Result<std::vector<std::string>> OverlayTree::do_root_files(std::string_view suffix) const {
  std::vector<std::string> out;
  if (disk_ != nullptr) {
    if (auto found = disk_->root_files(suffix)) out = *std::move(found);
  }
  for (const auto& [uri, document] : documents_.all()) {
    if (document.folder == folder_ && document.name.ends_with(suffix)) out.push_back(document.name);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace infra::lsp
