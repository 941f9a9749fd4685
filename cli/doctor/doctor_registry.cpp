#include "cli/doctor/doctor.h"
#include "providers/registry/registry_client.h"

namespace infra::cli {
namespace {

// A registry that a simulator pretends to have can't be asked, and one of our own isn't there yet.
bool can_be_asked(const Graph& graph, const Resource& resource) {
  const auto* platform = graph.platform(resource.platform);
  return resource.address.kind == "registry" && platform != nullptr && platform->kind != "simulator" &&
         resource.config["endpoint"].string() != nullptr;
}

std::string text_of(const Value& value) {
  const Value* inside = value.secret();
  const std::string* text = inside != nullptr ? inside->string() : value.string();
  return text == nullptr ? "" : *text;
}

Finding look_at(const Resource& resource) {
  const std::string endpoint = *resource.config["endpoint"].string();
  const bool* insecure = resource.config["insecure"].boolean();
  const registry::RegistryClient client({.endpoint = endpoint,
                                         .insecure = insecure != nullptr && *insecure,
                                         .username = text_of(resource.config["username"]),
                                         .password = text_of(resource.config["password"]),
                                         .realm = text_of(resource.config["realm"])});
  Finding finding{.what = fmt::format("registry {}", endpoint), .detail = "answers", .help = {}};
  if (const auto answered = client.check(); !answered) {
    finding.good = false;
    finding.detail = answered.error().message;
    finding.help = answered.error().help;
  }
  return finding;
}

}  // namespace

std::vector<Finding> look_at_registries(const Graph& graph) {
  std::vector<Finding> findings;
  for (const auto& resource : graph.resources) {
    if (can_be_asked(graph, resource)) findings.push_back(look_at(resource));
  }
  return findings;
}

}  // namespace infra::cli
