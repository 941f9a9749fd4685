// The files of a run: those that were read while it was compiled and lowered, so that history can keep them, and what
// history kept as a folder again.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/source.h"
#include "state/revision.h"

namespace infra {

struct RecordedFile {
  bool executable = false;
  bool symlink = false;
  std::shared_ptr<const std::string> text;  // null: listed, not read
};
using RecordedTree = std::map<std::string, RecordedFile>;  // by path

// Passes everything on to another tree, and remembers what was read.
class RecordingTree : public SourceTree {
 public:
  explicit RecordingTree(const SourceTree& from) : from_(from) {}
  std::string display_root() const override { return from_.display_root(); }
  [[nodiscard]] RecordedTree take() { return std::move(files_); }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::string> do_read(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  const SourceTree& from_;
  mutable RecordedTree files_;
};

// What history keeps of them. A file of more than kMostKept is left out: its record has no text.
constexpr std::size_t kMostKept = std::size_t{16} << 20U;
struct KeptSources {
  std::vector<SourceRecord> records;
  SourceTexts texts;
};
KeptSources keep_sources(const RecordedTree& files);

// The folder of a revision. Reading a file whose text wasn't kept is E0510.
class RestoredTree : public SourceTree {
 public:
  RestoredTree(std::vector<SourceRecord> records, SourceTexts texts, std::string name);
  std::string display_root() const override { return name_; }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::string> do_read(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  std::vector<SourceRecord> records_;
  SourceTexts texts_;
  std::string name_;
};

}  // namespace infra
