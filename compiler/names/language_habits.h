// Words of Terraform, Compose, ECS and Kubernetes, and how the same is said here. Looked up where a name is unknown.
#pragma once
#include <string>
#include <string_view>

namespace infra {

// For a block's kind, an attribute or block of `kind`, and a platform's name; empty for a word that isn't known.
std::string habit_of_kind(std::string_view word);
std::string habit_of_attribute(std::string_view kind, std::string_view word);
std::string habit_of_platform(std::string_view word);

}  // namespace infra
