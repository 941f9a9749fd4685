#include "tests/simulator/little_world.h"

#include "base/hash.h"
#include "base/text/units.h"
#include "providers/simulator/simulator.h"

namespace infra::test {

CreateRequest request(const std::string& address, const std::string& type, Value inputs) {
  CreateRequest out{.address = Address::parse(address).value(), .type = type, .token = random_token(20)};
  out.spec_hash = spec_hash(inputs, kShop.lineage);
  out.inputs = std::move(inputs);
  return out;
}

Value network_inputs(const std::string& name, const std::string& cidr, const std::string& node) {
  return Map({{"node", node}, {"name", name}, {"cidr", *parse_cidr(cidr)}});
}

namespace {

Value container_inputs(const std::string& name, const std::string& node, Map network, List ports) {
  return Map({{"node", node},
              {"name", name},
              {"image", "docker.io/library/nginx:1.25"},
              {"network", std::move(network)},
              {"ports", std::move(ports)}});
}

}  // namespace

Value bridge_inputs(const std::string& name, List ports, const std::string& node) {
  return container_inputs(name, node, Map(std::vector<Entry>{{"mode", "bridge"}}), std::move(ports));
}

Value attached_inputs(const std::string& name, const std::string& network, const std::string& node) {
  return container_inputs(name, node, Map({{"mode", "network"}, {"networks", List(1, Value(network))}}), {});
}

Value port(const std::string& name, int inside, int outside) {
  return Map({{"name", name}, {"container", inside}, {"host", outside}, {"protocol", "tcp"}});
}

Value changed(const Value& inputs, const std::string& name, Value value) {
  Map out = *inputs.map();
  out.set(name, std::move(value));
  return out;
}

ExistingObject existing(const CreateRequest& request, const std::string& id) {
  return {.address = request.address, .type = request.type, .id = id, .inputs = request.inputs, .outputs = {}};
}

PlatformDecl simulator(Map config) { return {.name = "sim", .kind = "simulator", .config = std::move(config)}; }

std::unique_ptr<Provider> connect(const testing::TempFolder& home, Map config, Ownership owner) {
  return must(simulator_platform()->connect({.owner = std::move(owner),
                                             .platform = simulator(std::move(config)),
                                             .home = home.path().string(),
                                             .sources = nullptr}));
}

}  // namespace infra::test
