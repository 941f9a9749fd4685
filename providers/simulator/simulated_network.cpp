#include <fmt/format.h>

#include "base/text/units.h"
#include "providers/simulator/blueprint.h"
#include "providers/simulator/tables.h"

namespace infra::simulator {
namespace {

Error refused(const std::string& name, const std::string& node, const std::string& why, const std::string& help) {
  return {.code = "E0609",
          .message = fmt::format("network \"{}\" can't be made on node \"{}\": {}", name, node, why),
          .help = help};
}

}  // namespace

std::string address_key(const Ip& address) {
  std::string out = address.v6 ? "6" : "4";
  for (std::size_t i = 0; i < (address.v6 ? 16U : 4U); ++i) out += fmt::format("{:02x}", address.bytes[i]);
  return out;
}

std::string text_of(const Value& value) {
  const auto& plain = value.secret() != nullptr ? *value.secret() : value;
  return plain.string() != nullptr ? *plain.string() : std::string();
}

Result<Blueprint> network_blueprint(Tables& world, const Wish& wish) {
  const auto& inputs = wish.request.inputs;
  Blueprint out{.node = text_of(inputs["node"]), .name = text_of(inputs["name"])};
  out.outputs.set("id", wish.id);
  const auto* cidr = inputs["cidr"].get<Cidr>();
  if (cidr == nullptr) return refused(out.name, out.node, "it has no cidr", "give it a range of addresses");
  out.low = address_key(cidr->base);
  out.high = address_key(*host(*cidr, -1));
  if (wish.exists) return out;
  auto same_name = world.named("network", out.node, out.name);
  if (!same_name) return std::move(same_name).error();
  if (*same_name) {
    return refused(out.name, out.node, "there is a network of that name", "remove it, or choose another name");
  }
  auto overlapping = world.overlapping_network(out.node, out.low, out.high);
  if (!overlapping) return std::move(overlapping).error();
  if (*overlapping) {
    return refused(out.name, out.node,
                   fmt::format("{} overlaps the network \"{}\"", format_cidr(*cidr), (*overlapping)->name),
                   "choose a range that is free on the node");
  }
  return out;
}

}  // namespace infra::simulator
