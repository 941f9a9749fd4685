#include "tests/engine/hand_made_stack.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace infra::testing {

namespace {

// As to_source, but what isn't known yet by its name: <service.api/0 address>, get(<service.api/0 ports>, "http").
std::string spelled(const Value& value) {
  auto joined = [](const List& items) {
    std::string out;
    for (const auto& item : items) out += (out.empty() ? "" : ", ") + spelled(item);
    return out;
  };
  if (const auto* ref = value.ref()) return fmt::format("<{} {}>", ref->address.text(), ref->attribute);
  if (const auto* call = value.call()) return fmt::format("{}({})", call->function, joined(call->arguments));
  if (value.unknown() != nullptr) return "<unknown>";
  if (const auto* items = value.list()) return fmt::format("[{}]", joined(*items));
  const auto* members = value.map();
  if (members == nullptr || members->empty()) return to_source(value);
  std::string out;
  for (const auto& [key, member] : *members)
    out += fmt::format("{} {}: {}", out.empty() ? "" : ",", key, spelled(member));
  return fmt::format("{{{} }}", out);
}

std::string to_text(Replace replace) {
  if (replace == Replace::create_first) return "create_first";
  return replace == Replace::destroy_first ? "destroy_first" : "by_platform";
}

}  // namespace

Value to(const std::string& address) { return to(address, ""); }
Value to(const std::string& address, const std::string& attribute) {
  return Ref{.address = Address::parse(address).value(), .attribute = attribute};
}

HandMade::HandMade(std::vector<std::string> nodes, std::map<std::string, std::string> files)
    : platform_{.name = "here", .kind = "nodes"}, sources_(std::move(files)) {
  Map blocks;
  for (auto& node : nodes) blocks.set(std::move(node), record({{"endpoint", "unix:///var/run/docker.sock"}}));
  platform_.config = record({{"node", std::move(blocks)}});
}

void HandMade::set_endpoint(const std::string& node, const std::string& endpoint) {
  Map blocks = *platform_.config["node"].map();
  blocks.set(node, record({{"endpoint", endpoint}}));
  platform_.config = record({{"node", std::move(blocks)}});
}

void HandMade::set_zone(const std::string& node, const std::string& zone) {
  Map blocks = *platform_.config["node"].map();
  Map one = *blocks[node].map();
  one.set("labels", record({{"zone", zone}}));
  blocks.set(node, std::move(one));
  platform_.config = record({{"node", std::move(blocks)}});
}

void check_golden(const std::string& name, const std::string& text) {
  const auto path = std::string(INFRA_SOURCE_DIR) + "/tests/engine/lowered/" + name + ".txt";
  if (std::getenv("INFRA_RENEW") != nullptr) std::ofstream(path) << text;
  std::ifstream file(path);
  const std::string wanted((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK(text == wanted);
}

HandMade& HandMade::add(const std::string& address, Map config) {
  resources_.push_back({.address = Address::parse(address).value(), .platform = "here", .config = std::move(config)});
  return *this;
}

std::string HandMade::dump(const Resource& resource, const Lowered& lowered) const {
  std::string out;
  for (const auto& part : lowered.resources) {
    out += fmt::format("{} = {}, {}\n", part.address.text(), part.type, to_text(part.options.replace));
    for (const auto& [name, value] : *part.inputs.map()) out += fmt::format("  {}: {}\n", name, spelled(value));
    for (const auto& need : part.depends_on) out += fmt::format("  needs {}\n", need.text());
  }
  if (lowered.outputs.map() == nullptr) return out;
  for (const auto& [name, value] : *lowered.outputs.map()) {
    out += fmt::format("{}{}{} -> {}\n", resource.address.text(), name.empty() ? "" : ".", name, spelled(value));
  }
  return out;
}

std::string HandMade::lowered() {
  std::map<Address, Value> outputs;
  std::map<std::string, std::vector<const Resource*>, std::less<>> kinds;
  for (const auto& resource : resources_) kinds[resource.address.kind].push_back(&resource);
  for (auto& [kind, all] : kinds) {
    std::sort(all.begin(), all.end(), [](const Resource* a, const Resource* b) { return a->address < b->address; });
  }
  const std::vector<const Resource*> none;
  const LowerContext context{.stack = "Shop",
                             .platform = platform_,
                             .sources = sources_,
                             .resource = [&](const Address& address) -> const Resource* {
                               const auto at = std::find_if(resources_.begin(), resources_.end(),
                                                            [&](const Resource& r) { return r.address == address; });
                               return at != resources_.end() ? &*at : nullptr;
                             },
                             .of_kind = [&](std::string_view kind) -> const std::vector<const Resource*>& {
                               const auto at = kinds.find(kind);
                               return at != kinds.end() ? at->second : none;
                             },
                             .outputs = [&](const Address& address) -> const Value* {
                               const auto at = outputs.find(address);
                               return at != outputs.end() ? &at->second : nullptr;
                             }};
  std::string out;
  for (const auto& resource : resources_) {
    auto lowered = engine::lower(resource, context, diagnostics_);
    out += dump(resource, lowered);
    outputs[resource.address] = std::move(lowered.outputs);
  }
  return out;
}

std::string HandMade::problems() {
  static_cast<void>(lowered());
  std::string out;
  for (const auto& diagnostic : diagnostics_.all()) out += fmt::format("{} {}\n", diagnostic.code, diagnostic.message);
  return out;
}

void add_network(HandMade& stack) {
  const Cidr public_cidr{.base = {.bytes = {10, 20, 0, 0}}, .prefix = 24};
  const Cidr private_cidr{.base = {.bytes = {10, 20, 1, 0}}, .prefix = 24};
  stack.add("vpc.main", {})
      .add("subnet.main.edge", record({{"vpc", to("vpc.main")}, {"cidr", public_cidr}, {"public", true}}))
      .add("subnet.main.inner[\"a\"]", record({{"vpc", to("vpc.main")}, {"cidr", private_cidr}, {"public", false}}))
      .add("cluster.core", record({{"vpc", to("vpc.main")}}));
}

}  // namespace infra::testing
