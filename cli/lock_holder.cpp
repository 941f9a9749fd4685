#include "cli/lock_holder.h"

#include <pwd.h>
#include <unistd.h>

#include <array>

#include "base/text/rfc3339.h"

namespace infra::cli {
namespace {

std::string user_name() {
  const passwd* user = getpwuid(geteuid());
  return user != nullptr ? user->pw_name : std::to_string(geteuid());
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

}  // namespace

LockHolder lock_holder(const std::string& command) {
  return {.user = user_name(),
          .host = host_name(),
          .command = command,
          .process = static_cast<int>(getpid()),
          .since = rfc3339_now()};
}

}  // namespace infra::cli
