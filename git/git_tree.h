// A commit's folder as a SourceTree, read from the object database: no file of the repository is ever written to disk.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/sources/source.h"

namespace infra {

// What a repository of strangers may cost.
struct GitTreeLimits {
  std::uint64_t file = std::uint64_t{256} << 20U;  // bytes of one file
  std::size_t files = 100'000;                     // and folders, of one list()
  int depth = 64;                                  // folders below each other, and links to links
};

struct GitTreeOptions {
  std::string copy;    // folder of the bare repository
  std::string commit;  // 40 hex digits
  std::string folder;  // "" is the root
  GitTreeLimits limits;
};

// Refuses submodules (E0808), what exceeds a limit (E0809), and names that a file system would misread (E0810).
// As on disk: a folder's link is followed inside the stack's folder, reading a link itself gives its target, and one
// that leads out is refused (E0005). May be used from several threads.
class GitTree : public SourceTree {
 public:
  using SourceTree::open;
  static Result<std::unique_ptr<GitTree>> open(GitTreeOptions options);
  ~GitTree() override;
  // "3f2a9c1:examples/shop", as git itself names it.
  std::string display_root() const override;
  // An object that should be in the copy couldn't be read: throw the copy away and fetch again.
  [[nodiscard]] bool damaged() const;

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  // libgit2 unpacks a file as a whole: readers of the same content share it.
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override;
  Result<std::string> do_read(const std::string& path) const override;
  Result<std::string> do_digest(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  struct Impl;
  explicit GitTree(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace infra
