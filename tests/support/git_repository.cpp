#include "tests/support/git_repository.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace infra {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "infra-git-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code failed;
  fs::remove_all(path_, failed);
}

void write_file(const std::string& path, std::string_view text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  REQUIRE(out);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Repository::Repository(std::string folder) : folder_(std::move(folder)) {
  fs::create_directories(folder_);
  git("init -q -b main .");
}

std::string Repository::git(const std::string& arguments, std::string_view input) const {
  const std::string in = folder_ + "/.git-input";
  if (!input.empty()) write_file(in, input);
  const std::string command = fmt::format(
      "cd '{}' && GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null git -c user.name=Ada -c "
      "user.email=ada@example.org "
      "-c commit.gpgsign=false -c protocol.file.allow=always {} <{}",
      folder_, arguments, input.empty() ? "/dev/null" : "'" + in + "'");
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  std::array<char, 512> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) != 0;) out.append(buffer.data(), n);
  INFO(command);
  REQUIRE(::pclose(pipe) == 0);
  if (!input.empty()) fs::remove(in);
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

std::string Repository::commit(const std::string& path, std::string_view text, const std::string& message) const {
  write_file(*this / path, text);
  return commit_all(message);
}

std::string Repository::commit_all(const std::string& message) const {
  git("add -A");
  write_file(folder_ + "/.git/message", message);
  git("commit -q --allow-empty --cleanup=verbatim -F .git/message");
  return git("rev-parse HEAD");
}

std::string Repository::blob(std::string_view text) const { return git("hash-object -w --stdin", text); }

std::string Repository::raw_entry(std::string_view mode, std::string_view name, const std::string& id) {
  std::string out = fmt::format("{} {}", mode, name);
  out += '\0';
  for (std::size_t i = 0; i < id.size(); i += 2) out += static_cast<char>(std::stoi(id.substr(i, 2), nullptr, 16));
  return out;
}

std::string Repository::commit_raw_tree(std::string_view tree, const std::string& message) const {
  const std::string id = git("hash-object -w -t tree --literally --stdin", tree);
  const std::string commit = git(fmt::format("commit-tree {} -m '{}'", id, message));
  git("update-ref refs/heads/main " + commit);
  return commit;
}

}  // namespace infra
