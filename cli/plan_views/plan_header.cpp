#include "cli/plan_views/plan_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "planner/render/style.h"
#include "planner/render/terminal_text.h"

namespace infra::cli {
namespace {

// Where it is: engines by name and endpoint, an account and region, a context. `provider` is null where it wasn't
// reached.
std::string where_of(const PlatformDecl& platform, const Provider* provider) {
  std::vector<std::string> parts;
  const auto place = provider != nullptr ? provider->place() : std::string();
  if (!place.empty()) parts.push_back(place);
  const Value nodes = platform.config["node"];
  if (platform.kind == "nodes" && nodes.map() != nullptr) {
    for (const auto& [name, node] : *nodes.map()) {
      const auto endpoint = text_in(node, "endpoint");
      parts.push_back(endpoint.empty() ? name : fmt::format("{} at {}", name, endpoint));
    }
  } else {
    for (const auto* name : {"profile", "region", "context", "kubeconfig", "endpoint", "file"}) {
      const bool told = name == std::string_view("region") || name == std::string_view("context");
      if (!place.empty() && told) continue;
      if (const auto text = text_in(platform.config, name); !text.empty())
        parts.push_back(fmt::format("{} {}", name, text));
    }
  }
  constexpr std::size_t kMost = 4;
  const auto more = parts.size() > kMost ? fmt::format(" and {} more", parts.size() - kMost) : std::string();
  parts.resize(std::min(parts.size(), kMost));
  const auto where = fmt::format("{}{}", fmt::join(parts, ", "), more);
  return where.empty() ? fmt::format("{} ({})", platform.name, platform.kind)
                       : fmt::format("{}: {}", platform.name, where);
}

std::vector<std::string> given_params(const Session& session, const Prepared& prepared) {
  std::vector<std::string> out;
  const auto& used = prepared.compiled.graph->params;
  if (used.map() == nullptr) return out;
  for (const auto& [name, value] : *used.map()) {
    if (!session.params.contains(name)) continue;
    out.push_back(fmt::format("{} = {}", name, value.has_secret() ? "***" : value_text(value)));
  }
  return out;
}

// Those that something is, or is to be, on; all of a stack that declares nothing else.
std::vector<const PlatformDecl*> used_platforms(const Prepared& prepared) {
  std::set<std::string, std::less<>> used;
  for (const auto& resource : prepared.compiled.graph->resources) used.insert(resource.platform);
  for (const auto& change : prepared.plan.changes) used.insert(change.platform);
  std::vector<const PlatformDecl*> all;
  for (const auto& platform : prepared.compiled.graph->platforms) all.push_back(&platform);
  auto out = all;
  std::erase_if(out, [&](const PlatformDecl* platform) { return !used.contains(platform->name); });
  return out.empty() ? all : out;
}

}  // namespace

PlanHeader plan_header(const Session& session, const Prepared& prepared, std::string state) {
  PlanHeader out{.stack = prepared.plan.stack,
                 .environment = session.environment.name,
                 .platforms = {},
                 .state = std::move(state),
                 .params = given_params(session, prepared)};
  for (const auto* platform : used_platforms(prepared)) {
    const auto provider = prepared.providers.find(platform->name);
    out.platforms.push_back(
        where_of(*platform, provider != prepared.providers.end() ? provider->second.get() : nullptr));
  }
  return out;
}

std::string header_text(const PlanHeader& header, bool colour, int width) {
  const Style style(colour);
  const auto room = static_cast<std::size_t>(std::max(width, 40)) - 10;
  std::string out;
  const auto line = [&](std::string_view name, const std::string& text) {
    out += style.dim(fmt::format("{:<10}", name)) + cut_text(text, room) + "\n";
  };
  line("stack", header.environment.empty() ? header.stack
                                           : fmt::format("{} (environment {})", header.stack, header.environment));
  for (std::size_t i = 0; i < header.platforms.size(); ++i) line(i == 0 ? "platform" : "", header.platforms[i]);
  line("state", header.state);
  if (!header.params.empty()) line("params", fmt::format("{}", fmt::join(header.params, ", ")));
  return out + "\n";
}

std::string with_header(const PlanHeader& header, const std::string& object) {
  nlohmann::ordered_json front;
  if (!header.environment.empty()) front["environment"] = header.environment;
  front["platforms"] = header.platforms;
  front["state"] = header.state;
  front["params"] = header.params;
  auto text = front.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text.back() = ',';  // the object goes on behind it
  return text + object.substr(1);
}

}  // namespace infra::cli
