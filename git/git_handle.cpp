#include "git/git_handle.h"

#include <fmt/format.h>

#include <array>

#include "base/text/one_line.h"

namespace infra {

std::string git_reason() {
  const git_error* last = git_error_last();
  return last != nullptr && last->message != nullptr ? one_line(last->message, 300) : "no reason given";
}

int git_reason_class() {
  const git_error* last = git_error_last();
  return last != nullptr ? last->klass : GIT_ERROR_NONE;
}

std::string hex(const git_oid& id) {
  std::array<char, GIT_OID_HEXSZ + 1> text{};
  git_oid_tostr(text.data(), text.size(), &id);
  return text.data();
}

Error bad_copy(std::string_view doing) {
  return {.code = "E0806",
          .message = fmt::format("the local copy of the repository failed while {}: {}", doing, git_reason()),
          .help = "it is fetched again by itself; if this happens again, check the disk for free space and faults"};
}

}  // namespace infra
