#include "compiler/names/sub_tree.h"

#include <fmt/format.h>

namespace infra {

std::string joined_path(const std::string& root, const std::string& path) {
  if (root.empty() || root == ".") return path;
  return path.empty() ? root : root + "/" + path;
}

Result<std::string> SubTree::in_base(const std::string& path) const {
  const Error outside{.code = "E0005",
                      .message = fmt::format("the path \"{}\" leads out of the stack's folder", path),
                      .help = "use a path inside the stack's folder"};
  if (path.starts_with('/')) return outside;
  auto full = normal_path(joined_path(folder_, path));
  if (!full) return outside;
  const bool inside = floor_.empty() || *full == floor_ || full->starts_with(floor_ + "/");
  return inside ? full : outside;
}

Result<std::vector<TreeEntry>> SubTree::do_list(const std::string& folder) const {
  auto full = in_base(folder);
  if (!full) return std::move(full).error();
  auto entries = base_.list(*full);
  if (!entries || folder_.empty()) return entries;
  for (auto& entry : *entries) {
    if (entry.path.starts_with(folder_ + "/")) entry.path.erase(0, folder_.size() + 1);
  }
  return entries;
}

Result<std::unique_ptr<FileReader>> SubTree::do_open(const std::string& path) const {
  auto full = in_base(path);
  if (!full) return std::move(full).error();
  return base_.open(*full);
}

Result<std::string> SubTree::do_digest(const std::string& path) const {
  auto full = in_base(path);
  if (!full) return std::move(full).error();
  return base_.digest(*full);
}

Result<std::string> SubTree::do_read(const std::string& path) const {
  auto full = in_base(path);
  if (!full) return std::move(full).error();
  return base_.read(*full);
}

Result<std::vector<std::string>> SubTree::do_root_files(std::string_view suffix) const {
  if (folder_.empty()) return base_.root_files(suffix);
  auto entries = list("");
  if (!entries) return std::move(entries).error();
  std::vector<std::string> out;
  for (auto& entry : *entries) {
    if (entry.path.find('/') == std::string::npos && entry.path.ends_with(suffix)) out.push_back(std::move(entry.path));
  }
  return out;
}

std::string SubTree::display_root() const { return joined_path(base_.display_root(), folder_); }

}  // namespace infra
