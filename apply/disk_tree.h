// A stack's folder on disk.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/source.h"

namespace infra {

// Sockets, devices and the like are no part of it. Links are reported as links and never followed out of the folder. An
// unreadable file or folder is E0003.
class DiskTree : public SourceTree {
 public:
  // `key_file`: the file of the secrets' key if it isn't in `.infra`; it is no part of the tree either, nor is what
  // links to it.
  explicit DiskTree(std::string root, const std::string& key_file = {});
  std::string display_root() const override { return root_ == "." ? "" : root_; }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::string> do_read(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  // Where a path of the tree is on disk: every folder on the way resolved, the last component only if `follow`. E0005
  // if that is outside.
  [[nodiscard]] Result<std::filesystem::path> locate(const std::string& path, bool follow) const;
  [[nodiscard]] Result<std::string> read_link(const std::string& path, const std::filesystem::path& link) const;

  [[nodiscard]] bool is_private(const std::filesystem::path& resolved, const std::filesystem::path& root) const;

  std::string root_;
  std::filesystem::path key_file_;  // canonical; empty: there is none
};

}  // namespace infra
