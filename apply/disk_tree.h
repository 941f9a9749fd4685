// A stack's folder on disk.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/sources/source.h"

namespace infra {

// Sockets, devices and the like are no part of it. Links are reported as links and never followed out of the folder. An
// unreadable file or folder is E0003.
class DiskTree : public SourceTree {
 public:
  // What isn't in `.infra` and is no part of the tree either, nor is what links to it: the file of the secrets' key,
  // and the state's with its companions. Empty: there is none elsewhere.
  struct Closed {
    std::string key_file = {};
    std::string state = {};
  };
  explicit DiskTree(std::string root) : DiskTree(std::move(root), Closed{}) {}
  DiskTree(std::string root, const Closed& closed);
  std::string display_root() const override { return root_ == "." ? "" : root_; }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  // Where a path of the tree is on disk: every folder on the way resolved, the last component only if `follow`. E0005
  // if that is outside.
  [[nodiscard]] Result<std::filesystem::path> locate(const std::string& path, bool follow) const;
  [[nodiscard]] Result<std::string> read_link(const std::string& path, const std::filesystem::path& link) const;

  [[nodiscard]] bool is_closed(const std::filesystem::path& resolved) const;
  [[nodiscard]] bool is_private(const std::filesystem::path& resolved, const std::filesystem::path& root) const;

  std::string root_;
  std::filesystem::path key_file_, state_;  // canonical; empty: there is none
};

}  // namespace infra
