// A stack's folder with other texts for some of its files: what they would be after an edit.
#pragma once
#include <algorithm>
#include <map>
#include <string>

#include "base/sources/source.h"

namespace infra {

class EditedTree : public SourceTree {
 public:
  explicit EditedTree(const SourceTree& below) : below_(below) {}

  // By the path in the tree.
  void set(const std::string& path, std::string text) { texts_[path] = std::move(text); }
  [[nodiscard]] const std::map<std::string, std::string>& texts() const { return texts_; }

  [[nodiscard]] std::string display_root() const override { return below_.display_root(); }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override { return below_.list(folder); }
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override {
    const auto found = texts_.find(path);
    return found != texts_.end() ? reader_of(found->second) : below_.open(path);
  }
  Result<std::string> do_read(const std::string& path) const override {
    const auto found = texts_.find(path);
    return found != texts_.end() ? Result<std::string>(found->second) : below_.read(path);
  }
  Result<std::string> do_digest(const std::string& path) const override {
    return texts_.contains(path) ? SourceTree::do_digest(path) : below_.digest(path);
  }
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override {
    auto files = below_.root_files(suffix);
    if (!files) return files;
    for (const auto& [path, text] : texts_) {
      const bool known = std::find(files->begin(), files->end(), path) != files->end();
      if (!known && path.ends_with(suffix) && path.find('/') == std::string::npos) files->push_back(path);
    }
    std::sort(files->begin(), files->end());
    return files;
  }

 private:
  const SourceTree& below_;
  std::map<std::string, std::string> texts_;
};

}  // namespace infra
