#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "base/text/units.h"
#include "providers/simulator/simulator.h"
#include "providers/simulator/world.h"
#include "tests/contract/suite/contract.h"
#include "tests/support/temp_folder.h"

namespace infra::test {
namespace {

class SimulatorFixture : public ContractFixture {
 public:
  std::string name() const override { return "simulator"; }
  const std::vector<Schema>& schemas() const override { return platform_->types(); }
  std::unique_ptr<Provider> connect(const Ownership& owner) override {
    auto provider = platform_->connect({.owner = owner,
                                        .platform = {.name = "sim", .kind = "simulator", .config = Map({{"nodes", 2}})},
                                        .home = folder_ / "home",
                                        .sources = nullptr});
    if (!provider) FAIL(provider.error().text());
    return *std::move(provider);
  }
  std::vector<std::string> types() const override {
    return {"network", "repository", "image", "container", "load_balancer"};
  }
  Value inputs(const std::string& type, int variant, const Made& made) override;
  std::optional<Value> mutated(const std::string& type, const Value& inputs) override;
  std::optional<Value> failing(const std::string& type, const Value& inputs) override;
  bool remove_behind_its_back(const std::string&, const ObjectResult& object) override {
    return world_.remove(object.id).ok();
  }
  std::string fingerprint() override;

 private:
  testing::TempFolder folder_;
  std::shared_ptr<const Platform> platform_ = simulator_platform();
  simulator::World world_{folder_ / "home/sim.world"};
};

Value with(const Value& inputs, std::string name, Value value) {
  Map out = *inputs.map();
  out.set(std::move(name), std::move(value));
  return out;
}

Value SimulatorFixture::inputs(const std::string& type, int variant, const Made& made) {
  const std::string name = fmt::format("{}-{}", type, variant);
  if (type == "network") {
    return Map({{"node", "n1"}, {"name", name}, {"cidr", *parse_cidr(fmt::format("10.0.{}.0/24", variant))}});
  }
  if (type == "repository") {
    return Map({{"endpoint", "localhost:5000"},
                {"name", name},
                {"username", "ada"},
                {"password", Value::secret("analytical")},
                {"immutable", false}});
  }
  if (type == "image") {
    return Map({{"node", "n1"},
                {"repository", made.at("repository")["url"]},
                {"tag", "latest"},
                {"context", "web"},
                {"dockerfile", "Dockerfile"},
                {"args", Map(std::vector<Entry>{{"V", name}})},
                {"context_hash", name}});
  }
  if (type == "load_balancer") {
    const Value listener = Map({{"name", "web"}, {"port", 18'000 + variant}, {"protocol", "http"}, {"routes", List()}});
    return Map({{"node", "n1"}, {"name", name}, {"image", "haproxy:2.8"}, {"listeners", List(1, listener)}});
  }
  const bool on_network = variant % 2 == 0;
  Map out({{"node", "n1"},
           {"name", name},
           {"image", made.at("image")["ref"]},
           {"env", Map({{"LOG", "info"}, {"TOKEN", Value::secret("analytical")}})},
           {"memory", Bytes{64LL << 20}},
           {"health", Map({{"command", List{"true"}},
                           {"every", Duration{1000}},
                           {"timeout", Duration{1000}},
                           {"retries", 3},
                           {"grace", Duration{0}}})},
           {"network", Map(std::vector<Entry>{{"mode", "bridge"}})}});
  if (on_network) {
    out.set("network",
            Map({{"mode", "network"}, {"networks", List(1, made.at("network")["id"])}, {"aliases", List{"web"}}}));
  } else {
    out.set("ports", List{Map({{"name", "http"}, {"container", 8080}, {"host", 0}, {"protocol", "tcp"}})});
  }
  return out;
}

std::optional<Value> SimulatorFixture::mutated(const std::string& type, const Value& inputs) {
  if (type == "repository") return with(inputs, "immutable", true);
  if (type == "image") return with(inputs, "context_hash", "another");
  if (type == "container") return with(inputs, "username", "grace");
  if (type == "load_balancer") return with(inputs, "listeners", List());
  return std::nullopt;
}

std::optional<Value> SimulatorFixture::failing(const std::string& type, const Value& inputs) {
  if (type == "network") return with(inputs, "node", "n9");
  if (type == "container") return with(inputs, "image", "sha256:none");
  return std::nullopt;
}

std::string SimulatorFixture::fingerprint() {
  auto objects = world_.objects();
  if (!objects) return objects.error().text();
  std::string out;
  for (const auto& object : *objects) {
    out += fmt::format("{} {} {} {} {} {} {} {}\n", object.id, object.type, object.address.text(), object.token,
                       object.spec_hash, to_source(object.inputs), to_source(object.outputs),
                       static_cast<int>(object.health.now));
  }
  return out;
}

}  // namespace

TEST_CASE("the simulator keeps the contract of providers") {
  SimulatorFixture fixture;
  run_contract(fixture);
}

}  // namespace infra::test
