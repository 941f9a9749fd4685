// A repository made on the spot with the git command, for tests to follow.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace infra {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

void write_file(const std::string& path, std::string_view text);
std::string read_file(const std::string& path);

class Repository {
 public:
  explicit Repository(std::string folder);  // with a branch `main` and no commit
  // Runs `git ARGUMENTS` in the repository (a shell's words), feeding `input`; returns what it prints. Fails the test
  // if git does.
  std::string git(const std::string& arguments, std::string_view input = {}) const;
  // Writes the file and commits it; returns the commit's id.
  std::string commit(const std::string& path, std::string_view text, const std::string& message) const;
  std::string commit_all(const std::string& message) const;
  // Commits exactly this tree (its raw bytes), which git's own commands would refuse to make.
  std::string commit_raw_tree(std::string_view tree, const std::string& message) const;
  // One entry of a raw tree: mode, name, object.
  static std::string raw_entry(std::string_view mode, std::string_view name, const std::string& id);
  std::string blob(std::string_view text) const;
  [[nodiscard]] std::string url() const { return "file://" + folder_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return folder_ + "/" + std::string(name); }

 private:
  std::string folder_;
};

}  // namespace infra
