#include "cli/lock_holder.h"

#include <pwd.h>
#include <unistd.h>

#include <ctime>

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

std::string now_rfc3339() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

}  // namespace

LockHolder lock_holder(const std::string& command) {
  return {.user = user_name(),
          .host = host_name(),
          .command = command,
          .process = static_cast<int>(getpid()),
          .since = now_rfc3339()};
}

}  // namespace infra::cli
