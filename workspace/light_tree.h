// A stack's folder for those who want messages only, at every keystroke: large files of build contexts aren't hashed.
#pragma once
#include <map>

#include "base/sources/source.h"

namespace infra {

class LightTree : public SourceTree {
 public:
  static constexpr std::uint64_t kLargest = 64U << 10U;

  explicit LightTree(const SourceTree& tree) : tree_(tree) {}
  [[nodiscard]] std::string display_root() const override { return tree_.display_root(); }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override { return tree_.open(path); }
  Result<std::string> do_read(const std::string& path) const override { return tree_.read(path); }
  // Empty for a file that list() told to be large.
  Result<std::string> do_digest(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override {
    return tree_.root_files(suffix);
  }

 private:
  const SourceTree& tree_;
  mutable std::map<std::string, bool> large_;
};

}  // namespace infra
