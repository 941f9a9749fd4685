#include "cli/infra_files.h"

#include <algorithm>
#include <filesystem>

namespace infra::cli {
namespace {

namespace fs = std::filesystem;

bool hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

Result<std::vector<std::string>> below(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code problem;
  for (fs::recursive_directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem)) {
    // Of the entry itself: what a link leads to may be outside of the folder, or the link again.
    std::error_code gone;
    const auto status = at->symlink_status(gone);
    if (fs::is_directory(status) && hidden(at->path())) at.disable_recursion_pending();
    if (at->path().extension() == ".infra" && !hidden(at->path()) && fs::is_regular_file(status)) {
      out.push_back(at->path().lexically_normal().string());
    }
  }
  if (problem) {
    return Error{.code = "E0003",
                 .message = fmt::format("can't read the folder {}: {}", folder, problem.message()),
                 .help = "check the path and its permissions",
                 .context = {}};
  }
  if (out.empty()) {
    return Error{.code = "E0001",
                 .message = fmt::format("there is no .infra file in {}", folder),
                 .help = "name a folder with files that end in .infra, or a file",
                 .context = {}};
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<std::vector<std::string>> infra_files(const std::vector<std::string>& places) {
  std::vector<std::string> out;
  for (const auto& place : places) {
    std::error_code ignored;  // what can't be looked at is reported by the attempt to read it
    if (!fs::is_directory(place, ignored)) {
      out.push_back(place);
      continue;
    }
    auto found = below(place);
    if (!found) return std::move(found).error();
    out.insert(out.end(), found->begin(), found->end());
  }
  return out;
}

}  // namespace infra::cli
