#include "providers/aws/policy.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "providers/aws/api/endpoints.h"
#include "providers/aws/aws_type.h"

namespace infra::aws {
namespace {

using Json = nlohmann::ordered_json;

bool only_looks(std::string_view action) {
  const auto name = action.substr(action.find(':') + 1);
  return name.starts_with("Describe") || name.starts_with("List") || name.starts_with("Get") ||
         name.starts_with("BatchGet") || name.starts_with("BatchCheck");
}

// Those that IAM can hold to a path. A service's own role is AWS's, and lies elsewhere.
bool is_of_roles(std::string_view action) {
  return action.starts_with("iam:") && action != "iam:CreateServiceLinkedRole" && !only_looks(action);
}

Json statement(std::string_view name, const std::set<std::string>& actions, Json resource) {
  return {{"Sid", name}, {"Effect", "Allow"}, {"Action", actions}, {"Resource", std::move(resource)}};
}

}  // namespace

std::string policy_of(const std::string& stack, const std::string& region,
                      const std::vector<const LoweredResource*>& resources) {
  std::set<std::string> used, look, change, roles;
  for (const auto* resource : resources) used.insert(resource->type);
  for (const auto* type : all_types()) {
    for (const auto& action : type->actions) {
      const bool uses = used.contains(type->schema.name);
      if (only_looks(action)) {
        if (uses || !type->only_if_known) look.insert(action);
      } else if (uses) {
        (is_of_roles(action) ? roles : change).insert(action);
      }
    }
  }
  Json statements = Json::array({statement("Look", look, "*")});
  if (!change.empty()) statements.push_back(statement("Change", change, "*"));
  if (!roles.empty()) {
    const auto below = [&](std::string_view what) {
      return fmt::format("arn:{}:iam::*:{}/infra/{}/*", partition_of(region), what, stack);
    };
    statements.push_back(statement("Roles", roles, Json::array({below("role"), below("instance-profile")})));
  }
  Json policy;
  policy["Version"] = "2012-10-17";
  policy["Statement"] = std::move(statements);
  return policy.dump(2) + "\n";
}

}  // namespace infra::aws
