#include "workspace/light_tree.h"

namespace infra {
namespace {
constexpr std::size_t kMostFiles = 1000;  // of a larger context none is hashed: the hash that they make isn't shown
}

Result<std::vector<TreeEntry>> LightTree::do_list(const std::string& folder) const {
  auto found = tree_.list(folder);
  if (!found) return found;
  const bool many = found->size() > kMostFiles;
  for (const auto& entry : *found) large_[entry.path] = many || entry.size > kLargest;
  return found;
}

Result<std::string> LightTree::do_digest(const std::string& path) const {
  const auto normal = normal_path(path);
  const auto at = normal ? large_.find(*normal) : large_.end();
  return at != large_.end() && at->second ? Result<std::string>(std::string()) : tree_.digest(path);
}

}  // namespace infra
