#include "providers/nodes/overlay/users.h"

#include "base/values/codec.h"

namespace infra::nodes::overlay {

namespace {
constexpr std::string_view kUser = "infra.overlay.";
}

std::string label_of(const std::string& token) { return std::string(kUser) + token; }

Value text_of_user(const User& user) {
  return to_plain_json(Map({{"stack", user.stack},
                            {"lineage", user.lineage},
                            {"address", user.address},
                            {"spec", user.spec_hash},
                            {"proved", user.proved}}));
}

std::vector<User> users_of(const Swarm& swarm) {
  std::vector<User> out;
  for (const auto& [name, text] : swarm.labels) {
    if (!name.starts_with(kUser)) continue;
    const auto read = from_plain_json(text_of(text));
    const auto value = read ? *read : Value();
    out.push_back({.token = name.substr(kUser.size()),
                   .stack = text_of(value["stack"]),
                   .lineage = text_of(value["lineage"]),
                   .address = text_of(value["address"]),
                   .spec_hash = text_of(value["spec"]),
                   .proved = is_true(value["proved"])});
  }
  return out;
}

}  // namespace infra::nodes::overlay
