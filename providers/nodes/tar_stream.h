// A build context as a tar file, made while it is sent: one file in memory at a time.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/source.h"
#include "providers/engine/build_context.h"

namespace infra::nodes {

class TarStream {
 public:
  TarStream(const SourceTree& sources, std::vector<engine::ContextFile> files)
      : sources_(sources), files_(std::move(files)) {}

  // Fills the buffer; 0 at the end, nullopt after an error.
  std::optional<std::size_t> read(char* buffer, std::size_t size);
  // Why read() gave nullopt.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  bool refill();
  const SourceTree& sources_;
  std::vector<engine::ContextFile> files_;
  std::size_t next_ = 0;
  bool ended_ = false;
  std::string pending_;
  std::size_t taken_ = 0;
  std::optional<Error> error_;
};

// Header, content and padding of one entry. Times and owners are fixed: the same files are the same bytes.
std::string tar_entry(const std::string& name, const TreeEntry& entry, const std::string& content);

}  // namespace infra::nodes
