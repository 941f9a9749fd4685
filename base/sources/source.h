// Source texts and places in them. A stack's folder is seen only through SourceTree, so that the same
// compiler reads a folder on disk, a commit in a git object database, or a test's in-memory files.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace infra {

using FileId = std::uint32_t;

// A half-open byte range of one file. Default: nowhere.
struct Span {
  static constexpr FileId kNowhere = ~FileId{0};
  FileId file = kNowhere;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  [[nodiscard]] bool somewhere() const { return file != kNowhere; }
  friend bool operator==(const Span&, const Span&) = default;
  friend auto operator<=>(const Span&, const Span&) = default;
};

struct LineColumn {
  std::uint32_t line = 1;    // 1-based
  std::uint32_t column = 1;  // 1-based, in Unicode code points
};

struct SourceFile {
  std::string path;  // as shown to the user, relative to the working directory
  std::string text;  // UTF-8
  std::vector<std::uint32_t> line_starts;
  std::vector<std::uint32_t> continued = {};  // bytes that begin no character, so that a column needs no counting
};

class SourceMap {
 public:
  FileId add(std::string path, std::string text);
  [[nodiscard]] const SourceFile& file(FileId id) const { return files_[id]; }
  [[nodiscard]] std::size_t size() const { return files_.size(); }
  [[nodiscard]] LineColumn locate(FileId id, std::uint32_t offset) const;
  // The text of a 1-based line, without its newline.
  [[nodiscard]] std::string_view line(FileId id, std::uint32_t number) const;
  [[nodiscard]] std::string_view text(Span span) const;

 private:
  std::deque<SourceFile> files_;
};

struct TreeEntry {
  std::string path;  // relative to the tree's root, '/'-separated, no "..", no leading '/'
  bool executable = false;
  bool symlink = false;  // content is the link's target
  std::uint64_t size = 0;
};

// A file's content from its beginning, piece by piece, so that its size costs no memory; a link's is its target. Lives
// no longer than its tree.
class FileReader {
 public:
  virtual ~FileReader() = default;
  // How many bytes it put into `buffer`: 1 to `room`, or 0 at the end.
  virtual Result<std::size_t> read(char* buffer, std::size_t room) = 0;
};
std::unique_ptr<FileReader> reader_of(std::string text);

// Read-only view of a stack's folder. Paths are relative; ".." and absolute paths are refused (E0005), so is a
// symlink that leads out of the folder.
// `.infra` (state, keys) and `.git` are outside of every tree, at any depth and in any spelling: naming one is E0005,
// and none is listed. Checked here, so that no implementation can forget it.
// A missing file or folder is E0004. TreeEntry::path of list() is relative to the root, not to `folder`.
class SourceTree {
 public:
  virtual ~SourceTree() = default;
  // All files at and below `folder` ("" is the root), sorted by path, folders left out.
  [[nodiscard]] Result<std::vector<TreeEntry>> list(const std::string& folder) const;
  // A file of texts, as a whole; E0006 if it has more than kMostRead.
  static constexpr std::size_t kMostRead = std::size_t{4} << 20U;
  [[nodiscard]] Result<std::string> read(const std::string& path) const;
  // A file of any size.
  [[nodiscard]] Result<std::unique_ptr<FileReader>> open(const std::string& path) const;
  // SHA-256 of its content, in hex.
  [[nodiscard]] Result<std::string> digest(const std::string& path) const;
  // The files directly in the root that end in `suffix`, sorted. Cheap: doesn't walk below.
  [[nodiscard]] Result<std::vector<std::string>> root_files(std::string_view suffix) const;
  // Shown before a file's path in messages, e.g. "examples/shop".
  [[nodiscard]] virtual std::string display_root() const = 0;

 protected:
  // What the functions above do, for paths that name nothing private. Whoever follows links must also ask
  // names_private() of where they lead. Reading and hashing are done by do_open() where a tree has no better way; one
  // that looks into another must pass on all three.
  virtual Result<std::vector<TreeEntry>> do_list(const std::string& folder) const = 0;
  virtual Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const = 0;
  virtual Result<std::string> do_read(const std::string& path) const;
  virtual Result<std::string> do_digest(const std::string& path) const;
  virtual Result<std::vector<std::string>> do_root_files(std::string_view suffix) const = 0;
};

// One of the path's components is `.infra` or `.git`, in upper or lower case.
bool names_private(std::string_view path);
// The error for a path, or a link's target, that names_private().
Error private_path(std::string_view path);
// E0006, for a file of which more than `most` bytes would have to be in memory.
Error too_large(std::string_view path, std::size_t most);

// Normalises "./web/../web" style paths; E0005 if the path is absolute or leaves the folder.
Result<std::string> normal_path(std::string_view path);

}  // namespace infra
