// What people type who know Terraform, Compose, Kubernetes, Pulumi or Kamal, and how it is said here.
#pragma once
#include <string>
#include <string_view>

namespace infra::cli {

// The help for a command that other tools have: "use `infra destroy`"; empty if it is unknown.
std::string habit_of_command(std::string_view word);
// The same for an option, with or without its value: "-auto-approve", "-chdir=app".
std::string habit_of_option(std::string_view word);

}  // namespace infra::cli
