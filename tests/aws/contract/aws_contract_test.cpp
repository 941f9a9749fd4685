// The types of AWS against the rules for every provider, in a world that speaks as AWS does.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "base/sources/memory_tree.h"
#include "base/text/units.h"
#include "base/values/codec.h"
#include "providers/aws/aws.h"
#include "providers/certificates/certificate.h"
#include "providers/engine/build_context.h"
#include "providers/http.h"
#include "providers/nodes/nodes.h"
#include "tests/contract/suite/contract.h"
#include "tests/support/private_aws.h"
#include "tests/support/private_engine.h"
#include "tests/support/private_registry.h"

namespace infra::test {
namespace {

std::string ask_world(const testing::PrivateAws& world, const std::string& what) {
  const auto answer = http::send({.base = world.endpoint()}, {.path = "/world/" + what});
  const auto* response = std::get_if<http::Response>(&answer);
  if (response == nullptr) FAIL("the world doesn't answer: " << world.log());
  return response->body;
}

Map entries(std::initializer_list<Entry> list) { return Map(std::vector<Entry>(list)); }

Map definition_of(const std::string& image) {
  return entries({{"networkMode", "awsvpc"},
                  {"requiresCompatibilities", List{"FARGATE"}},
                  {"cpu", "256"},
                  {"memory", "512"},
                  {"containerDefinitions", List{entries({{"name", "web"}, {"image", image}, {"essential", true}})}}});
}

Map awsvpc(const Made& made) {
  return entries({{"awsvpcConfiguration", entries({{"subnets", List{made.at("subnet")["id"]}},
                                                   {"securityGroups", List{made.at("security_group")["id"]}},
                                                   {"assignPublicIp", "ENABLED"}})}});
}

std::string site_pem(const std::string& host) {
  const auto made = acme::self_signed(host + ".example.org");
  return made.certificate + made.key;
}

struct Kind {
  std::string type;
  int crowd = 1;                               // how many may be made at once
  std::map<std::string, std::string> without;  // see ContractFixture
};

// types.txt: the types in an order in which each has what it needs. A row is a type and its crowd, and below it a line
// for each promise that it can't keep: `  without "RULE": WHY`.
std::vector<Kind> read_kinds() {
  static const std::regex kWithout("  without \"([^\"]+)\": (.+)");
  std::ifstream file(INFRA_SOURCE_DIR "/tests/aws/contract/types.txt");
  std::vector<Kind> out;
  for (std::string line; std::getline(file, line);) {
    INFO(line);
    std::smatch parts;
    if (std::regex_match(line, parts, kWithout)) {
      REQUIRE_FALSE(out.empty());
      out.back().without.emplace(parts[1], parts[2]);
      continue;
    }
    std::istringstream words(line);
    Kind kind;
    REQUIRE(words >> kind.type >> kind.crowd);
    out.push_back(std::move(kind));
  }
  REQUIRE_FALSE(out.empty());
  return out;
}

// What images are built with and pushed to; empty where this machine can't run an engine.
struct ImageTools {
  std::unique_ptr<testing::PrivateEngine> engine;
  std::unique_ptr<testing::PrivateRegistry> registry;
  ImageTools() {
    if (const auto obstacle = testing::engine_obstacle()) {
      WARN("skipped: the type image: " + *obstacle);
      return;
    }
    REQUIRE(testing::enter_own_network());
    engine = std::make_unique<testing::PrivateEngine>();
    registry = std::make_unique<testing::PrivateRegistry>();
  }
  [[nodiscard]] std::string endpoint() const { return registry ? registry->endpoint() : std::string(); }
};

class AwsFixture : public ContractFixture {
 public:
  AwsFixture() {
    for (const auto& [name, value] : world_.environment()) setenv(name.c_str(), value.c_str(), 1);
    if (images_.engine) setenv("DOCKER_HOST", images_.engine->endpoint().c_str(), 1);
  }
  std::string name() const override { return "aws"; }
  const std::vector<Schema>& schemas() const override { return platform_->types(); }
  std::unique_ptr<Provider> connect(const Ownership& owner) override {
    auto provider = platform_->connect({.owner = owner,
                                        .platform = {.name = "cloud", .kind = "aws", .config = Map()},
                                        .home = {},
                                        .sources = &sources_});
    if (!provider) FAIL(provider.error().text());
    return *std::move(provider);
  }
  std::vector<std::string> types() const override {
    std::vector<std::string> out;
    for (const auto& kind : kinds_) {
      if (kind.type != "image" || images_.engine) out.push_back(kind.type);
    }
    return out;
  }
  Value inputs(const std::string& type, int variant, const Made& made) override;
  std::optional<Value> mutated(const std::string& type, const Value& inputs) override;
  std::optional<Value> failing(const std::string& type, const Value& inputs) override {
    Map out = *inputs.map();
    if (type == "subnet") {
      out.set("cidr", "192.168.0.0/24");  // outside of its VPC
    } else if (type == "image") {
      out.set("dockerfile", "Broken");
      out.set("context_hash", *engine::context_hash(sources_, *engine::build_context(sources_, "app", "Broken")));
    } else {
      return std::nullopt;
    }
    return out;
  }
  bool listed(const std::string& type) const override {
    return type != "cluster_capacity" && type != "scalable_target" && type != "image";
  }
  bool remove_behind_its_back(const std::string&, const ObjectResult&) override { return false; }
  std::string fingerprint() override { return ask_world(world_, "snapshot"); }
  int crowd(const std::string& type) const override { return kind_of(type).crowd; }
  std::map<std::string, std::string> without(const std::string& type) const override { return kind_of(type).without; }
  void check_requests() {
    INFO(ask_world(world_, "refused"));
    CHECK(ask_world(world_, "refused") == "[]");
  }

 private:
  [[nodiscard]] const Kind& kind_of(const std::string& type) const {
    const auto at = std::ranges::find(kinds_, type, &Kind::type);
    REQUIRE(at != kinds_.end());
    return *at;
  }

  static constexpr const char* kPrefix = "contract";  // the suite's stack, with which names begin
  int network_ = 0;                                   // of the VPC that was made last
  ImageTools images_;
  testing::PrivateAws world_{60, images_.endpoint()};
  std::vector<Kind> kinds_ = read_kinds();
  MemoryTree sources_{{{"app/Broken", "FROM scratch\nCOPY what-is-not-there /\n"},
                       {"app/Dockerfile", "FROM scratch\nARG VARIANT\nLABEL variant=$VARIANT\nCOPY text /text\n"},
                       {"app/text", "hello\n"}}};
  std::shared_ptr<const Platform> platform_ = aws_platform(image_builder());
};

Value AwsFixture::inputs(const std::string& type, int variant, const Made& made) {
  const auto name = fmt::format("shop-{}", variant);
  const auto of = [&](const char* other, const char* output) { return made.at(other)[output]; };
  if (type == "vpc") network_ = variant;
  if (type == "vpc")
    return entries({{"cidr", fmt::format("10.{}.0.0/16", variant)}, {"labels", entries({{"team", "a b"}})}});
  if (type == "internet_gateway" || type == "route_table") {
    auto out = entries({{"vpc", of("vpc", "id")}});
    if (type == "route_table") out.set("subnet", of("subnet", "id")), out.set("gateway", of("internet_gateway", "id"));
    return out;
  }
  if (type == "subnet") {
    return entries({{"vpc", of("vpc", "id")},
                    {"cidr", fmt::format("10.{}.{}.0/24", network_, variant % 250)},
                    {"zone", "a"},
                    {"public", true}});
  }
  if (type == "security_group") {
    return entries({{"vpc", of("vpc", "id")},
                    {"description", "web"},
                    {"rules", List{entries({{"protocol", "tcp"}, {"from", 80}, {"to", 80}, {"cidr", "0.0.0.0/0"}})}}});
  }
  if (type == "elastic_ip") return Map();
  if (type == "nat_gateway") return entries({{"subnet", of("subnet", "id")}, {"address", of("elastic_ip", "id")}});
  if (type == "role") {
    return entries(
        {{"service", "ecs-tasks.amazonaws.com"},
         {"policies", List{"service-role/AmazonECSTaskExecutionRolePolicy"}},
         {"allow", List{entries({{"Effect", "Allow"}, {"Action", List{"s3:GetObject"}}, {"Resource", "*"}})}}});
  }
  if (type == "log_group")
    return entries({{"name", std::string("/infra/") + kPrefix + "/" + name}, {"retention_days", 14}});
  if (type == "repository")
    return entries({{"name", std::string(kPrefix) + "/" + name}, {"immutable", true}, {"keep_tagged", 5}});
  if (type == "image") {
    const auto files = engine::build_context(sources_, "app", "Dockerfile");
    return entries({{"repository", of("repository", "url")},
                    {"tag", name},
                    {"context", "app"},
                    {"dockerfile", "Dockerfile"},
                    {"args", entries({{"VARIANT", name}})},
                    {"context_hash", *engine::context_hash(sources_, *files)}});
  }
  if (type == "run_task") {
    return entries({{"cluster", of("cluster_capacity", "cluster_arn")},
                    {"task_definition", of("task_definition", "arn")},
                    {"timeout_seconds", 600},
                    {"network", awsvpc(made)},
                    {"strategy", List{entries({{"capacityProvider", "FARGATE"}, {"weight", 1}})}}});
  }
  if (type == "certificate") return entries({{"pem", Value::secret(site_pem(name))}});
  if (type == "secret") return entries({{"value", Value::secret("analytical")}});
  if (type == "target_group") {
    return entries({{"vpc", of("vpc", "id")},
                    {"protocol", "HTTP"},
                    {"port", 80},
                    {"target", "ip"},
                    {"drain_seconds", 30},
                    {"slow_start_seconds", 0},
                    {"health", entries({{"HealthCheckPath", "/"}, {"HealthCheckIntervalSeconds", 10}})}});
  }
  if (type == "ecs_cluster") return entries({{"name", name}});
  if (type == "instance_profile") return entries({{"role", of("role", "name")}});
  if (type == "launch_template") {
    return entries({{"instance", "m6i.large"},
                    {"image_parameter", "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"},
                    {"profile", of("instance_profile", "arn")},
                    {"groups", List{of("security_group", "id")}},
                    {"cluster", name}});
  }
  if (type == "auto_scaling_group") {
    return entries(
        {{"template", of("launch_template", "id")}, {"subnets", List{of("subnet", "id")}}, {"min", 1}, {"max", 1}});
  }
  if (type == "capacity_provider") {
    return entries({{"group", of("auto_scaling_group", "arn")}, {"cluster", of("ecs_cluster", "arn")}});
  }
  if (type == "load_balancer") {
    return entries({{"type", "application"},
                    {"internal", true},
                    {"subnets", List{of("subnet", "id")}},
                    {"groups", List{of("security_group", "id")}}});
  }
  if (type == "listener") {
    return entries({{"load_balancer", of("load_balancer", "arn")}, {"port", 1'000 + variant}, {"protocol", "HTTP"}});
  }
  if (type == "listener_rule") {
    return entries({{"listener", of("listener", "arn")},
                    {"priority", 1 + variant},
                    {"path", "/a/*"},
                    {"target_group", of("target_group", "arn")}});
  }
  if (type == "scalable_target") {
    return entries({{"service", of("ecs_service", "arn")},
                    {"min", 1},
                    {"max", 3},
                    {"policies", List{entries({{"metric", "ECSServiceAverageCPUUtilization"}, {"target", 60.0}})}},
                    {"cooldown_seconds", 300}});
  }
  if (type == "cluster_capacity") {
    return entries({{"cluster", of("ecs_cluster", "arn")},
                    {"providers", List{"FARGATE", "FARGATE_SPOT"}},
                    {"strategy", List{entries({{"capacityProvider", "FARGATE"}, {"weight", 1}})}}});
  }
  if (type == "eks_cluster") {
    return entries(
        {{"name", name}, {"role", of("role", "arn")}, {"subnets", List{of("subnet", "id")}}, {"version", "1.33"}});
  }
  if (type == "node_group") {
    return entries({{"cluster", of("eks_cluster", "arn")},
                    {"role", of("role", "arn")},
                    {"subnets", List{of("subnet", "id")}},
                    {"instance", "m6i.large"},
                    {"ami_type", "AL2023_x86_64_STANDARD"},
                    {"min", 1},
                    {"max", 2}});
  }
  if (type == "fargate_profile") {
    return entries({{"cluster", of("eks_cluster", "arn")},
                    {"role", of("role", "arn")},
                    {"subnets", List{of("subnet", "id")}},
                    {"namespace", "jobs"}});
  }
  if (type == "schedule") {
    return entries({{"name", name},
                    {"expression", "cron(0 3 * * ? *)"},
                    {"zone", "Europe/Berlin"},
                    {"deadline_seconds", 600},
                    {"cluster", of("ecs_cluster", "arn")},
                    {"task_definition", of("task_definition", "arn")},
                    {"role", of("role", "arn")},
                    {"network", awsvpc(made)},
                    {"strategy", List{entries({{"capacityProvider", "FARGATE"}, {"weight", 1}})}}});
  }
  if (type == "task_definition")
    return entries({{"family", std::string(kPrefix) + "-" + name}, {"definition", definition_of("web:alone0")}});
  return entries(
      {{"name", name},
       {"cluster", of("ecs_cluster", "arn")},
       {"task_definition", of("task_definition", "arn")},
       {"desired", 1},
       {"deployment", entries({{"minimumHealthyPercent", 100},
                               {"maximumPercent", 200},
                               {"deploymentCircuitBreaker", entries({{"enable", true}, {"rollback", true}})}})},
       {"network", awsvpc(made)},
       {"strategy", List{entries({{"capacityProvider", "FARGATE"}, {"weight", 1}})}}});
}

std::optional<Value> AwsFixture::mutated(const std::string& type, const Value& inputs) {
  Map out = *inputs.map();
  if (type == "security_group") {
    out.set("rules", List{entries({{"protocol", "tcp"}, {"from", 443}, {"to", 443}, {"cidr", "0.0.0.0/0"}})});
  } else if (type == "role") {
    out.set("policies", List{});
  } else if (type == "log_group") {
    out.set("retention_days", 30);
  } else if (type == "repository") {
    out.set("immutable", false);
    out.set("scan", true);
  } else if (type == "secret") {
    out.set("value", Value::secret("another"));
  } else if (type == "certificate") {
    out.set("pem", Value::secret(site_pem("another")));
  } else if (type == "target_group") {
    out.set("drain_seconds", 60);
  } else if (type == "task_definition") {
    out.set("definition", definition_of("web:v2"));
  } else if (type == "run_task") {
    out.set("timeout_seconds", 700);
  } else if (type == "ecs_service") {
    out.set("desired", 2);
  } else if (type == "auto_scaling_group") {
    out.set("max", 2);
  } else if (type == "eks_cluster") {
    out.set("version", "1.34");
  } else if (type == "node_group") {
    out.set("max", 3);
  } else if (type == "scalable_target") {
    out.set("max", 4);
  } else if (type == "schedule") {
    out.set("expression", "cron(30 4 ? * MON-FRI *)");
  } else if (type == "listener") {
    out.set("port", 443);
  } else if (type == "listener_rule") {
    out.set("path", "/b/*");
  } else {
    return std::nullopt;
  }
  return out;
}

}  // namespace

TEST_CASE("the platform aws keeps the contract of providers") {
  testing::need_moto();
  AwsFixture fixture;
  run_contract(fixture);
  fixture.check_requests();
}

}  // namespace infra::test
