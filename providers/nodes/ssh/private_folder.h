// A folder for a socket, which only this user opens. It is locked for as long as it is used: what a killed process has
// left is removed by the next one that makes one.
#pragma once
#include <string>

namespace infra::nodes {

class PrivateFolder {
 public:
  // Below TMPDIR, or /tmp where that leaves no room for a socket's path. No folder, with errno, if there can't be one.
  static PrivateFolder make();
  PrivateFolder() = default;  // none
  PrivateFolder(PrivateFolder&& other) noexcept;
  PrivateFolder& operator=(PrivateFolder&& other) noexcept;
  ~PrivateFolder() { remove(); }

  [[nodiscard]] bool there() const { return lock_ >= 0; }
  [[nodiscard]] const std::string& path() const { return path_; }
  void remove();

 private:
  PrivateFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_ = -1;
};

}  // namespace infra::nodes
