// A stack's folder as the editor shows it: what is open as it is typed, the rest from disk.
#pragma once
#include <map>
#include <memory>

#include "lsp/documents.h"

namespace infra::lsp {

class OverlayTree : public SourceTree {
 public:
  // `disk` may be null: a folder that isn't there, or a document that was never saved.
  OverlayTree(std::string folder, std::unique_ptr<SourceTree> disk, const Documents& documents)
      : folder_(std::move(folder)), disk_(std::move(disk)), documents_(documents) {}

  [[nodiscard]] std::string display_root() const override { return folder_; }

  void forget() { lists_.clear(); }
  // One file has this text instead, for a question about a text that nobody typed.
  void pretend(std::string path, std::string text) { pretended_.insert_or_assign(std::move(path), std::move(text)); }
  void stop_pretending() { pretended_.clear(); }

 protected:
  // Walking a folder takes longer than a keystroke may: done once, until forget().
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override;
  Result<std::string> do_read(const std::string& path) const override;
  Result<std::string> do_digest(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  // What is open or pretended; nullptr: what the disk has counts.
  [[nodiscard]] const std::string* typed(const std::string& path) const;
  std::string folder_;
  std::unique_ptr<SourceTree> disk_;
  const Documents& documents_;
  mutable std::map<std::string, Result<std::vector<TreeEntry>>> lists_;
  std::map<std::string, std::string> pretended_;
};

}  // namespace infra::lsp
