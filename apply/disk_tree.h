// A stack's folder on disk.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/source.h"

namespace infra {

// `.infra` (our state) and `.git` are no part of it, wherever they lie in it; nor are sockets, devices and the like.
// Links are reported as links and never followed out of the folder. An unreadable file or folder is E0003.
class DiskTree : public SourceTree {
 public:
  explicit DiskTree(std::string root);
  Result<std::vector<TreeEntry>> list(const std::string& folder) const override;
  Result<std::string> read(const std::string& path) const override;
  Result<std::vector<std::string>> root_files(std::string_view suffix) const override;
  std::string display_root() const override { return root_ == "." ? "" : root_; }

 private:
  // Where a path of the tree is on disk: every folder on the way resolved, the last component only if `follow`. E0005
  // if that is outside.
  [[nodiscard]] Result<std::filesystem::path> locate(const std::string& path, bool follow) const;
  [[nodiscard]] Result<std::string> read_link(const std::string& path, const std::filesystem::path& link) const;

  std::string root_;
};

}  // namespace infra
