// The contract of providers, on a real engine and a real registry.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "base/text/units.h"
#include "providers/engine/build_context.h"
#include "providers/registry/registry_client.h"
#include "tests/contract/suite/contract.h"
#include "tests/nodes/nodes_world.h"
#include "tests/support/haproxy.h"

namespace infra::test {
namespace {

using namespace infra::testing;

constexpr const char* kHaproxy = "haproxy:2.8";

class EngineFixture : public ContractFixture {
 public:
  std::string name() const override { return "nodes"; }
  const std::vector<Schema>& schemas() const override { return platform_->types(); }
  std::unique_ptr<Provider> connect(const Ownership& owner) override { return testing::connect(owner, &sources_); }
  // A registry can't say whether a repository without images exists, so `repository` has tests of its own.
  std::vector<std::string> types() const override { return {"network", "image", "container", "load_balancer"}; }
  Value inputs(const std::string& type, int variant, const Made& made) override;
  std::optional<Value> mutated(const std::string& type, const Value& inputs) override;
  std::optional<Value> failing(const std::string& type, const Value& inputs) override;
  bool remove_behind_its_back(const std::string& type, const ObjectResult& object) override;
  std::string fingerprint() override;
  int crowd(const std::string& type) const override { return type == "image" || type == "load_balancer" ? 3 : 8; }

 private:
  Value image_inputs(int variant) const;
  AppSources sources_{"contract"};
  std::shared_ptr<const Platform> platform_ = nodes_platform();
};

Value with(const Value& inputs, std::string name, Value value) {
  Map out = *inputs.map();
  out.set(std::move(name), std::move(value));
  return out;
}

Value EngineFixture::image_inputs(int variant) const {
  const auto files = engine::build_context(sources_, "web", "Dockerfile");
  return record({{"node", "a"},
                 {"repository", world().registry.endpoint() + "/contract/web"},
                 {"tag", fmt::format("v{}", variant)},
                 {"context", "web"},
                 {"dockerfile", "Dockerfile"},
                 {"args", record({{"NAME", fmt::format("n{}", variant)}})},
                 {"context_hash", *engine::context_hash(sources_, *files)},
                 {"insecure", true}});
}

Value balancer_inputs(int variant) {
  const Value listener =
      record({{"name", "web"},
              {"port", 18'000 + variant},
              {"protocol", "http"},
              {"routes", List(1, Value(record({{"path", "/api/*"}, {"backend", "api.web.http"}})))}});
  return record({{"node", "a"},
                 {"name", fmt::format("contract-{}", variant)},
                 {"image", kHaproxy},
                 {"listeners", List(1, listener)},
                 {"backends", record({{"api.web.http", record({{"service", "service.api"},
                                                               {"container", "web"},
                                                               {"port", "http"},
                                                               {"http", true},
                                                               {"slots", 16},
                                                               {"drain", Duration{1'000}}})}})}});
}

Value EngineFixture::inputs(const std::string& type, int variant, const Made& made) {
  if (type == "network") {
    return record({{"node", "a"},
                   {"name", fmt::format("contract-{}", variant)},
                   {"cidr", *parse_cidr(fmt::format("10.99.{}.0/24", variant))}});
  }
  if (type == "image") return image_inputs(variant);
  if (type == "load_balancer") return balancer_inputs(variant);
  auto out = app_container({{"name", fmt::format("contract-{}", variant)},
                            {"image", made.at("image")["ref"]},
                            {"env", record({{"LOG", "info"}, {"TOKEN", Value::secret("analytical")}})},
                            {"health", record({{"command", List({"/app", "check", "/healthz"})},
                                               {"every", Duration{200}},
                                               {"timeout", Duration{3'000}},
                                               {"retries", 10},
                                               {"grace", Duration{0}}})}});
  if (variant % 2 == 0) {
    out.set("network", record({{"mode", "network"},
                               {"networks", List(1, made.at("network")["id"])},
                               {"aliases", List(1, Value("web"))}}));
    out.set("ports", List());
  }
  return out;
}

std::optional<Value> EngineFixture::mutated(const std::string& type, const Value& inputs) {
  if (type == "network") return std::nullopt;
  if (type == "load_balancer") return with(inputs, "listeners", List());
  return with(inputs, "username", "grace");
}

std::optional<Value> EngineFixture::failing(const std::string& type, const Value& inputs) {
  if (type == "network")
    return with(inputs, "cidr", *parse_cidr(on_podman() ? "10.88.0.0/16" : "172.17.0.0/16"));  // the engine's own
  if (type == "image") return with(inputs, "repository", fmt::format("localhost:{}/web", free_port()));
  if (type == "load_balancer") return with(inputs, "image", kApp);  // no haproxy in it
  return with(inputs, "command", List({"exit", "1"}));
}

bool EngineFixture::remove_behind_its_back(const std::string& type, const ObjectResult& object) {
  const auto& engine = world().engine;
  if (type == "network") return engine.docker({"network", "rm", object.id}).code == 0;
  if (type == "image") return engine.docker({"rmi", "-f", object.id}).code == 0;
  return engine.docker({"rm", "-f", object.id}).code == 0;
}

std::string EngineFixture::fingerprint() {
  const auto& engine = world().engine;
  std::string out;
  for (const auto& all : {engine.containers(), engine.networks(""), engine.images()}) {
    out += fmt::format("{}\n", fmt::join(all, " "));
  }
  const registry::RegistryClient client({.endpoint = world().registry.endpoint(), .insecure = true});
  if (const auto tags = client.tags("contract/web"); tags && *tags && !(*tags)->empty())
    out += fmt::format("{}\n", fmt::join(**tags, " "));
  return out;
}

}  // namespace

TEST_CASE("a real engine keeps the contract of providers", "[docker]") {
  EngineFixture fixture;
  world();
  if (const auto obstacle = haproxy_obstacle()) skip_program(*obstacle);
  load_haproxy_image(world().engine, kHaproxy);
  run_contract(fixture);
}

}  // namespace infra::test
