// What credentials and settings are read from: the environment, files, programs, servers. A test gives its own.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "providers/aws/api/clock.h"
#include "providers/aws/api/exchange.h"

namespace infra::aws {

struct Surroundings {
  std::function<std::optional<std::string>(const std::string& name)> variable;  // an empty one counts as not set
  std::function<std::optional<std::string>(const std::string& path)> file;
  // Runs a command line as a shell would and gives its standard output; the error says the exit code.
  std::function<Result<std::string>(const std::string& command)> run;
  Sender send;
  std::shared_ptr<Clock> clock;

  [[nodiscard]] std::string variable_or(const std::string& name, std::string fallback) const;
  // "~/.aws/config" below HOME.
  [[nodiscard]] std::string home_path(const std::string& below) const;
};

// Those of this process.
Surroundings process_surroundings(std::shared_ptr<Clock> clock);

}  // namespace infra::aws
