// A build context as a tar file, made while it is sent: a piece of one file is in memory at a time.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/sources/source.h"
#include "providers/engine/build_context.h"

struct archive;

namespace infra::nodes {

// Times and owners are fixed: the same files are the same bytes. Names and sizes without limit (GNU's form).
class TarStream {
 public:
  TarStream(const SourceTree& sources, std::vector<engine::ContextFile> files);
  ~TarStream();
  TarStream(const TarStream&) = delete;
  TarStream& operator=(const TarStream&) = delete;

  // Fills the buffer; 0 at the end, nullopt after an error.
  std::optional<std::size_t> read(char* buffer, std::size_t size);
  // Why read() gave nullopt. E0607 for a file that is longer or shorter than it was when it was listed.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  enum class Next { header, content, nothing };
  Result<Ok> write_more();
  Result<Ok> write_header();
  Result<Ok> write_content();
  [[nodiscard]] Result<Ok> written(long done) const;

  const SourceTree& sources_;
  std::vector<engine::ContextFile> files_;
  std::size_t at_ = 0;  // in files_
  Next next_ = Next::header;
  std::unique_ptr<FileReader> open_;
  std::uint64_t left_ = 0;  // of the open file
  std::string pending_;     // made, and not read yet
  std::size_t taken_ = 0;
  std::unique_ptr<archive, int (*)(archive*)> tar_;
  std::optional<Error> error_;
};

}  // namespace infra::nodes
