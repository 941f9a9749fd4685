// A stack's folder in memory: for tests, for libraries that make stacks, and as the model of what a SourceTree is.
#pragma once
#include <map>
#include <string>

#include "base/sources/source.h"

namespace infra {

class MemoryTree : public SourceTree {
 public:
  explicit MemoryTree(std::map<std::string, std::string> files, std::string root = "stack");
  std::string display_root() const override { return root_; }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  std::map<std::string, std::string> files_;
  std::string root_;
};

}  // namespace infra
