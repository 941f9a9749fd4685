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

const std::string* OverlayTree::typed(const std::string& path) const {
  const auto normal = normal_path(path);
  if (!normal) return nullptr;
  if (const auto at = pretended_.find(*normal); at != pretended_.end()) return &at->second;
  const auto* open = documents_.at_path(folder_ + "/" + *normal);
  return open != nullptr ? &open->file.text : nullptr;
}

Result<std::unique_ptr<FileReader>> OverlayTree::do_open(const std::string& path) const {
  if (const auto* text = typed(path)) return reader_of(*text);
  return disk_ != nullptr ? disk_->open(path) : missing(path);
}

Result<std::string> OverlayTree::do_read(const std::string& path) const {
  if (const auto* text = typed(path)) return *text;
  return disk_ != nullptr ? disk_->read(path) : missing(path);
}

Result<std::string> OverlayTree::do_digest(const std::string& path) const {
  if (typed(path) != nullptr) return SourceTree::do_digest(path);
  return disk_ != nullptr ? disk_->digest(path) : missing(path);
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
