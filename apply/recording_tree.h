// The files of a run: those that were read while it was compiled and lowered, so that history can keep them, and what
// history kept as a folder again.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/sources/source.h"
#include "state/revision.h"

namespace infra {

struct RecordedFile {
  bool executable = false;
  bool symlink = false;
  std::uint64_t size = 0;
  std::shared_ptr<const std::string> text;  // null: not read as a text
  std::string hash;                         // SHA-256 in hex; empty: neither read nor hashed
};
using RecordedTree = std::map<std::string, RecordedFile>;  // by path

// Passes everything on to another tree, and remembers what was read, and the hashes of what was only hashed: the files
// of build contexts, which may be large and hold what no history should.
class RecordingTree : public SourceTree {
 public:
  explicit RecordingTree(const SourceTree& from) : from_(from) {}
  std::string display_root() const override { return from_.display_root(); }
  [[nodiscard]] RecordedTree take() { return std::move(files_); }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override { return from_.open(path); }
  Result<std::string> do_read(const std::string& path) const override;
  Result<std::string> do_digest(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  RecordedFile& file(const std::string& path) const;
  const SourceTree& from_;
  mutable RecordedTree files_;
};

// What history keeps of them: the texts of what was read, and of all others that no more than their hash.
struct KeptSources {
  std::vector<SourceRecord> records;
  SourceTexts texts;
};
KeptSources keep_sources(const RecordedTree& files);

// The folder of a revision. A file of which only the hash was kept is read from `present`, the folder as it is, if it
// is still the same there; otherwise reading it is E0510.
class RestoredTree : public SourceTree {
 public:
  RestoredTree(std::vector<SourceRecord> records, SourceTexts texts, std::string name,
               std::unique_ptr<SourceTree> present = nullptr);
  std::string display_root() const override { return name_; }
  // Can its content be had?
  [[nodiscard]] Result<Ok> check_at_hand(const std::string& path) const;

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override;
  Result<std::string> do_digest(const std::string& path) const override;
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override;

 private:
  [[nodiscard]] Result<const SourceRecord*> record(const std::string& path) const;
  std::vector<SourceRecord> records_;  // sorted by path
  SourceTexts texts_;
  std::string name_;
  std::unique_ptr<SourceTree> present_;
};

}  // namespace infra
