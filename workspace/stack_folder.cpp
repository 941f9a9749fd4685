#include "workspace/stack_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace infra {
namespace {

namespace fs = std::filesystem;

bool has_stack(const fs::path& folder) {
  std::error_code unreadable;  // a folder that can't be read is no stack that could be used
  fs::directory_iterator entries(folder, unreadable);
  if (unreadable) return false;
  return std::any_of(begin(entries), end(entries), [](const fs::directory_entry& entry) {
    std::error_code gone;
    return entry.path().extension() == ".infra" && entry.path().stem().string().front() != '.' &&
           entry.is_regular_file(gone);
  });
}

}  // namespace

std::string nearest_stack() {
  std::error_code problem;
  const auto here = fs::current_path(problem);
  if (problem) return ".";
  const char* home = std::getenv("HOME");
  std::string path = ".";
  for (auto folder = here;; folder = folder.parent_path()) {
    if (has_stack(folder)) return path;
    const bool top = fs::exists(folder / ".git", problem) || folder == folder.parent_path() ||
                     (home != nullptr && folder == fs::path(home));
    if (top) return ".";
    path = path == "." ? std::string("..") : fmt::format("{}/..", path);
  }
}

Result<Ok> check_folder(const std::string& folder) {
  std::error_code problem;
  const auto status = fs::status(folder, problem);
  if (fs::is_directory(status)) return Ok{};
  if (!fs::exists(status) &&
      (!problem || problem == std::errc::no_such_file_or_directory || problem == std::errc::not_a_directory)) {
    return Error{.code = "E0004",
                 .message = fmt::format("there is no folder \"{}\"", folder),
                 .help = "name the folder of a stack, or leave it out to use the current one"};
  }
  if (problem) return Ok{};  // what hinders is said by the attempt to read it
  const auto parent = fs::path(folder).parent_path().string();
  return Error{.code = "E0004",
               .message = fmt::format("\"{}\" is not a folder", folder),
               .help = fs::path(folder).extension() == ".infra"
                           ? fmt::format("a stack is all .infra files of a folder; name the folder: {}",
                                         parent.empty() ? "." : parent)
                           : "name the folder of a stack"};
}

}  // namespace infra
