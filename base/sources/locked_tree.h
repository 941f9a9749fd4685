// A tree for several threads at once: one call after the other.
#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "base/sources/source.h"

namespace infra {

class LockedTree : public SourceTree {
 public:
  explicit LockedTree(const SourceTree& below) : below_(below) {}

  [[nodiscard]] std::string display_root() const override { return below_.display_root(); }

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override {
    const std::scoped_lock lock(mutex_);
    return below_.list(folder);
  }
  Result<std::unique_ptr<FileReader>> do_open(const std::string& path) const override {
    const std::scoped_lock lock(mutex_);
    return below_.open(path);
  }
  Result<std::string> do_read(const std::string& path) const override {
    const std::scoped_lock lock(mutex_);
    return below_.read(path);
  }
  Result<std::string> do_digest(const std::string& path) const override {
    const std::scoped_lock lock(mutex_);
    return below_.digest(path);
  }
  Result<std::vector<std::string>> do_root_files(std::string_view suffix) const override {
    const std::scoped_lock lock(mutex_);
    return below_.root_files(suffix);
  }

 private:
  const SourceTree& below_;
  mutable std::mutex mutex_;
};

}  // namespace infra
