#include "cli/plan_views/shown_diff.h"

#include <fmt/format.h>
#include <git2.h>

namespace infra::cli {
namespace {

struct Library {
  Library() { git_libgit2_init(); }
  ~Library() { git_libgit2_shutdown(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

Error git_fault(const std::string& path) {
  const auto* last = git_error_last();
  return {.code = "E0999",
          .message = fmt::format("the difference of {} can't be shown: {}", path,
                                 last != nullptr ? last->message : "libgit2 doesn't say why")};
}

}  // namespace

Result<std::string> text_diff(const std::string& path, const std::string& before, const std::string& after) {
  if (before == after) return std::string();
  const Library library;
  git_patch* patch = nullptr;
  if (git_patch_from_buffers(&patch, before.data(), before.size(), path.c_str(), after.data(), after.size(),
                             path.c_str(), nullptr) != 0) {
    return git_fault(path);
  }
  git_buf text = GIT_BUF_INIT;
  const int done = git_patch_to_buf(&text, patch);
  git_patch_free(patch);
  if (done != 0) return git_fault(path);
  std::string out(text.ptr, text.size);
  git_buf_dispose(&text);
  return out;
}

}  // namespace infra::cli
