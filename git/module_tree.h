// A stack's folder with the modules that it takes from git: each commit is a folder `git::NAME-KEY@COMMIT` of it
// that exists in a bare copy only.
#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "base/net/url.h"
#include "base/sources/source.h"
#include "compiler/compile.h"
#include "git/git_fetch.h"
#include "git/git_tree.h"

namespace infra {

struct ModuleTreeOptions {
  std::string cache;  // folder for the bare copies, one for each repository; made when the first is fetched
  std::chrono::milliseconds deadline = std::chrono::seconds(60);  // of all fetches together
  // The repository that is followed, if any: see CommitRequest.
  std::optional<net::Origin> followed = {};
  const Cancel* cancel = nullptr;  // ends a fetch that is under way
};

// A commit never changes, so what was fetched once is read from the copy from then on, without the network.
class ModuleTree : public SourceTree, public ModuleSource {
 public:
  ModuleTree(const SourceTree& stack, ModuleTreeOptions options) : stack_(stack), options_(std::move(options)) {}
  ModuleTree(std::unique_ptr<SourceTree> stack, ModuleTreeOptions options)
      : owned_(std::move(stack)), stack_(*owned_), options_(std::move(options)) {}
  Result<std::string> mount(const std::string& url, const std::string& commit) override;

  std::string display_root() const override { return stack_.display_root(); }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override;
  Result<std::string> do_read(const std::string& path) const override;
  Result<std::string> do_digest(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  struct Inside {
    const GitTree* tree;
    std::string folder;  // of the stack's tree
    std::string path;    // in the commit
  };
  [[nodiscard]] std::optional<Inside> inside(const std::string& path) const;

  std::unique_ptr<SourceTree> owned_;
  const SourceTree& stack_;
  ModuleTreeOptions options_;
  Result<Ok> fetch(const CommitRequest& request);

  std::chrono::milliseconds spent_{0};                      // by fetching
  std::map<std::string, std::unique_ptr<GitTree>> mounts_;  // by folder
};

}  // namespace infra
