// A folder of a tree as a tree of its own: what a module's files see.
#pragma once
#include <string>

#include "base/sources/source.h"

namespace infra {

class SubTree : public SourceTree {
 public:
  // Paths are relative to `folder`; they may leave it by "..", but never `floor`, which is above it or the same ("" is
  // the base's root).
  SubTree(const SourceTree& base, std::string folder, std::string floor)
      : base_(base), folder_(std::move(folder)), floor_(std::move(floor)) {}
  std::string display_root() const override;

  // The path as the base has it: normal, E0005 if it leaves the floor.
  [[nodiscard]] Result<std::string> in_base(const std::string& path) const;
  [[nodiscard]] const std::string& floor() const { return floor_; }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override;
  Result<std::string> do_read(const std::string& path) const override;
  Result<std::string> do_digest(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  const SourceTree& base_;
  std::string folder_;
  std::string floor_;
};

// "examples/shop" and "a.infra" → "examples/shop/a.infra"; a root that is "" or "." is left out.
std::string joined_path(const std::string& root, const std::string& path);

}  // namespace infra
