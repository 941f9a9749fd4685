#include <fmt/format.h>

#include <map>
#include <set>

#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/preflight/node_preflight.h"

namespace infra::nodes {

namespace {

// Driver → who asks for it first.
std::map<std::string, const CreateRequest*> drivers_of(const Wanted& wanted) {
  std::map<std::string, const CreateRequest*> out;
  const auto add = [&](const CreateRequest* request, const Value& container) {
    const auto driver = text_of(container["log"]["driver"]);
    if (!driver.empty()) out.emplace(driver, request);
  };
  for (const auto* request : wanted) {
    add(request, request->inputs);
    const auto* containers = request->inputs["containers"].map();
    if (containers == nullptr) continue;
    for (const auto& [label, container] : *containers) add(request, container);
  }
  return out;
}

std::set<std::string> drivers_on(const Context& context) {
  std::set<std::string> out;
  const auto info = context.engine.get("/info", shapes::info(), {.timeout = std::chrono::seconds(10)});
  if (!info || !info->ok() || info->body["Plugins"]["Log"].list() == nullptr) return out;
  for (const auto& driver : *info->body["Plugins"]["Log"].list()) out.insert(text_of(driver));
  if (!out.empty()) out.insert("json-file");
  return out;
}

}  // namespace

std::vector<Provider::Refusal> refused_log_drivers(const Context& context, const Wanted& wanted) {
  const auto asked = drivers_of(wanted);
  if (asked.empty()) return {};
  const auto quirks = context.engine.quirks();
  if (!quirks || !quirks->lists_log_drivers) return {};
  const auto there = drivers_on(context);
  if (there.empty()) return {};  // who doesn't answer refuses nothing
  std::vector<Provider::Refusal> out;
  for (const auto& [driver, request] : asked) {
    if (there.contains(driver)) continue;
    out.push_back({request->address,
                   {.code = "E0610",
                    .message = fmt::format("the engine of node `{}` is {}, which has no log driver `{}`",
                                           context.engine.node(), quirks->name, driver),
                    .help = fmt::format("choose one of {}, or place the service on a node with Docker",
                                        fmt::join(there, ", "))}});
  }
  return out;
}

}  // namespace infra::nodes
