// A folder below /tmp with a short path (a Unix socket's path must stay below 108 bytes), removed with its owner.
#pragma once
#include <filesystem>
#include <string>

namespace infra::testing {

class TempFolder {
 public:
  TempFolder() : TempFolder("/tmp") {}
  // "/dev/shm" for tests that write much and don't care whether it lasts.
  explicit TempFolder(const std::string& below);
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ / name; }
  // Writes a file below, with its folders; returns its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace infra::testing
