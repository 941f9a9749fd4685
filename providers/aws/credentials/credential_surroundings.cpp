#include "providers/aws/credentials/credential_surroundings.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "providers/http.h"

namespace infra::aws {

namespace {

std::optional<std::string> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

// Its standard error goes to ours: that is where such programs ask for a code or a touch.
Result<std::string> run_shell(const std::string& command) {
  struct Close {
    int* status;
    void operator()(FILE* pipe) const { *status = pclose(pipe); }
  };
  int status = 0;
  std::string out;
  {
    const std::unique_ptr<FILE, Close> pipe(popen(command.c_str(), "re"), Close{&status});
    if (!pipe) return Error{.code = "E0620", .message = "no program can be started"};
    std::array<char, 4096> buffer{};
    for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;) {
      out.append(buffer.data(), n);
    }
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return out;
  return Error{.code = "E0620",
               .message = WIFEXITED(status) ? fmt::format("it ended with code {}", WEXITSTATUS(status))
                                            : std::string("it was ended by a signal")};
}

}  // namespace

std::string Surroundings::variable_or(const std::string& name, std::string fallback) const {
  return variable(name).value_or(std::move(fallback));
}

std::string Surroundings::home_path(const std::string& below) const { return variable_or("HOME", "") + "/" + below; }

Surroundings process_surroundings(std::shared_ptr<Clock> clock) {
  return {.variable = [](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
          },
          .file = read_whole,
          .run = run_shell,
          .send = http::send,
          .clock = std::move(clock)};
}

}  // namespace infra::aws
