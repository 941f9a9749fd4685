// A world that is too busy, or whose services fail now and then: an apply comes to its end, and so does a destroy.
#include <catch2/catch.hpp>

#include "base/values/codec.h"
#include "tests/aws/faults/faulty_world.h"

namespace infra::testing {
namespace {

struct Weather {
  const char* name;
  const char* faults;
};

// At the worst a run fails for a part, says so, and the next one goes on from there.
constexpr int kRuns = 4;

void comes_through(const FaultyWorld& world, const std::string& arguments) {
  RunResult last;
  for (int n = 0; n < kRuns; ++n) {
    last = world.infra(arguments);
    if (last.code == 0) return;
  }
  INFO(last.output);
  CHECK(last.code == 0);
}

// So many applies, each with AWS's lists in another order: none changes anything.
void check_shuffled(int applies) {
  need_moto();
  const FaultyWorld world("whole");
  const auto before = world.snapshot();
  REQUIRE(world.infra("apply -y").code == 0);
  const auto made = world.snapshot();
  for (int seed = 1; seed <= applies; ++seed) {
    world.faults(R"({"shuffle": true, "seed": )" + std::to_string(seed) + "}");
    const auto apply = world.infra("apply -y");
    INFO("seed " << seed << "\n" << apply.output);
    CHECK(apply.code == 0);
    CHECK(apply.output.find("No changes.") != std::string::npos);
  }
  CHECK(world.snapshot() == made);
  const auto again = world.infra("apply -y --set version=v2");
  INFO(again.output);
  CHECK(again.code == 0);
  CHECK(world.infra("plan --detailed-exitcode --set version=v2").code == 0);
  CHECK(world.infra("destroy -y --set version=v2").code == 0);
  CHECK(world.snapshot() == before);
}

}  // namespace

TEST_CASE("in spite of throttling and of faults of the services it converges") {
  need_moto();
  const auto weather =
      GENERATE(Weather{"throttled", R"({"throttle": 30, "seed": 3})"}, Weather{"faulty", R"({"error": 10, "seed": 4})"},
               Weather{"slow and cut off", R"({"drip": 0.2, "cut": 10, "seed": 5})"});
  INFO(weather.name);
  const FaultyWorld world("whole");
  const auto before = world.snapshot();
  world.faults(weather.faults);
  comes_through(world, "apply -y");
  world.faults("{}");
  const auto plan = world.infra("plan --detailed-exitcode");
  INFO(plan.output);
  CHECK(plan.code == 0);
  world.faults(weather.faults);
  comes_through(world, "destroy -y");
  world.faults("{}");
  CHECK(world.snapshot() == before);
  CHECK(world.ask("refused") == "[]\n");
}

// What a create without an answer has made goes, and is made anew with all that belongs to it.
TEST_CASE("what got no answer is made anew, whole") {
  need_moto();
  const auto* action = GENERATE("iam:CreateRole", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup",
                                "elasticloadbalancing:CreateTargetGroup", "secretsmanager:CreateSecret");
  INFO(action);
  const FaultyWorld world("web");
  world.faults(R"({"cut": 100, "times": 1, "only": ")" + std::string(action) + "\"}");
  const auto apply = world.infra("apply -y");
  INFO(apply.output);
  CHECK(apply.code == 0);
  const auto plan = world.infra("plan --detailed-exitcode");
  INFO(plan.output);
  CHECK(plan.code == 0);
}

// AWS answers a ClientToken that it knows with what it made for it, also if that is no more.
TEST_CASE("what is made anew isn't asked for with the token of what was removed") {
  need_moto();
  const FaultyWorld world("web");
  constexpr int kAttempts = 5;  // of one call
  world.faults(R"({"lose": 100, "times": )" + std::to_string(kAttempts) + R"(, "only": "ec2:AssociateRouteTable"})");
  const auto apply = world.infra("apply -y");
  INFO(apply.output);
  CHECK(apply.code == 0);
  CHECK(world.infra("plan --detailed-exitcode").code == 0);
}

TEST_CASE("the order in which AWS lists things is no drift") { check_shuffled(8); }

// Asked for by its tag: `test_aws_faults [shuffle]`.
TEST_CASE("the order in which AWS lists things is no drift: a hundred applies", "[.][shuffle]") { check_shuffled(100); }

// A plan asks for many things at once: what it costs doesn't follow the number of services one by one.
TEST_CASE("a plan of many services takes few calls") {
  need_moto();
  constexpr int kServices = 60;
  const FaultyWorld world("many");
  const auto apply = world.infra("apply -y --parallelism 40 --set services=" + std::to_string(kServices));
  INFO(apply.output);
  REQUIRE(apply.code == 0);
  (void)world.ask("log");  // forgets what was before
  CHECK(world.infra("plan --detailed-exitcode --set services=" + std::to_string(kServices)).code == 0);
  const auto log = from_plain_json(world.ask("log"));
  REQUIRE(log);
  REQUIRE(log->list() != nullptr);
  CHECK(log->list()->size() <= 40 + kServices / 10);
}

// Ranges, families of task definitions, roles and log groups are listed, and what is as recorded isn't asked for one by
// one.
TEST_CASE("a plan of many tasks of their own lists what they have") {
  need_moto();
  const FaultyWorld world("many");
  const std::string wanted = " --set services=1 --set tasks=30";
  const auto apply = world.infra("apply -y --parallelism 40" + wanted);
  INFO(apply.output);
  REQUIRE(apply.code == 0);
  (void)world.ask("log");
  CHECK(world.infra("plan --detailed-exitcode" + wanted).code == 0);
  std::map<std::string, int> asked;
  const auto log = from_plain_json(world.ask("log"));
  REQUIRE(log);
  for (const auto& one : *log->list()) ++asked[one["action"].string() != nullptr ? *one["action"].string() : ""];
  CHECK(asked["application-autoscaling:DescribeScalableTargets"] == 1);
  CHECK(asked["ecs:ListTaskDefinitions"] == 1);
  CHECK(asked["ecs:DescribeTaskDefinition"] == 0);
  // A role's policies can't be had by a list.
  CHECK(asked["iam:GetRole"] == 0);
  CHECK(asked["iam:ListAttachedRolePolicies"] == 31);
  CHECK(asked["logs:ListTagsForResource"] == 0);
  // One that somebody deregisters is seen all the same.
  REQUIRE(world.shell("aws ecs deregister-task-definition --task-definition many-own-7:1 > out").code == 0);
  const auto plan = world.infra("plan" + wanted);
  INFO(plan.output);
  CHECK(plan.output.find("1 is drift") != std::string::npos);
  CHECK(plan.output.find("own[\"7\"]") != std::string::npos);
}

// Whatever a rollout changes, requests find as many healthy copies as must be there: also where the service changes to
// another target group, and where what is new doesn't work.
TEST_CASE("in a rollout requests find the copies that must be there") {
  need_moto();
  struct Rollout {
    const char* name;
    const char* arguments;
    int code;
  };
  const FaultyWorld world("web", 60);
  const std::string copies = " --set copies=3";
  REQUIRE(world.infra("apply -y" + copies).code == 0);
  for (const auto& one : {Rollout{"another version", "--set version=v2", 0},
                          Rollout{"another port", "--set version=v2 --set port=8080", 0},
                          Rollout{"another health check", "--set version=v3 --set port=8080 --set check=/ready", 0},
                          Rollout{"another port of what crashes", "--set version=crash --set port=8081", 1},
                          Rollout{"the way back", "--set version=v4 --set port=8080 --set check=/ready", 0}}) {
    (void)world.ask("floor", R"({"service": "shop-web"})");
    const auto apply = world.infra("apply -y " + (one.arguments + copies));
    INFO(one.name << "\n" << apply.output);
    CHECK(apply.code == one.code);
    CHECK(apply.output.find("ResourceInUse") == std::string::npos);
    const auto floor = from_plain_json(world.ask("floor", R"({"service": "shop-web"})"));
    REQUIRE(floor);
    CHECK(*floor == Value(3));
  }
  CHECK(world.ask("refused") == "[]\n");
}

}  // namespace infra::testing
