// Labels that go: each type that has any knows the call that takes a tag off.
#include <catch2/catch.hpp>

#include "providers/aws/types/ecs/retag.h"
#include "tests/aws/fake_http.h"

using namespace infra;
using namespace infra::aws;

namespace {

// An id of each type as it is recorded; of a task definition the revision that is tagged.
std::string id_of(const std::string& type) {
  static const std::map<std::string, std::string> kResources = {
      {"auto_scaling_group", "autoscaling:eu-west-1:1:autoScalingGroup:u:autoScalingGroupName/a"},
      {"capacity_provider", "ecs:eu-west-1:1:capacity-provider/p"},
      {"certificate", "acm:eu-west-1:1:certificate/c"},
      {"ecs_cluster", "ecs:eu-west-1:1:cluster/core"},
      {"ecs_service", "ecs:eu-west-1:1:service/core/web"},
      {"eks_cluster", "eks:eu-west-1:1:cluster/k"},
      {"elastic_ip", "ec2:eu-west-1:1:elastic-ip/eipalloc-1"},
      {"fargate_profile", "eks:eu-west-1:1:fargateprofile/k/p/u"},
      {"instance_profile", "iam::1:instance-profile/infra/shop/p"},
      {"internet_gateway", "ec2:eu-west-1:1:internet-gateway/igw-1"},
      {"launch_template", "ec2:eu-west-1:1:launch-template/lt-1"},
      {"listener", "elasticloadbalancing:eu-west-1:1:listener/app/front/1/2"},
      {"listener_rule", "elasticloadbalancing:eu-west-1:1:listener-rule/app/front/1/2/3"},
      {"load_balancer", "elasticloadbalancing:eu-west-1:1:loadbalancer/app/front/1"},
      {"log_group", "logs:eu-west-1:1:log-group:/infra/shop/web"},
      {"nat_gateway", "ec2:eu-west-1:1:natgateway/nat-1"},
      {"node_group", "eks:eu-west-1:1:nodegroup/k/g/u"},
      {"repository", "ecr:eu-west-1:1:repository/shop/web"},
      {"role", "iam::1:role/infra/shop/r"},
      {"route_table", "ec2:eu-west-1:1:route-table/rtb-1"},
      {"schedule", "scheduler:eu-west-1:1:schedule-group/s"},
      {"secret", "secretsmanager:eu-west-1:1:secret:s-1"},
      {"security_group", "ec2:eu-west-1:1:security-group/sg-1"},
      {"subnet", "ec2:eu-west-1:1:subnet/subnet-1"},
      {"target_group", "elasticloadbalancing:eu-west-1:1:targetgroup/t/1"},
      {"task_definition", "ecs:eu-west-1:1:task-definition/web:1"},
      {"vpc", "ec2:eu-west-1:1:vpc/vpc-1"},
  };
  const auto at = kResources.find(type);
  return at != kResources.end() ? "arn:aws:" + at->second : "";
}

}  // namespace

TEST_CASE("a label that goes is a tag that is taken off, whatever has it") {
  for (const auto* type : all_types()) {
    const auto* labels = type->schema.attribute("labels");
    if (labels == nullptr || labels->change != OnChange::update) continue;
    INFO(type->schema.name << ": give its id here, and say in retag.cpp how its tags are taken off");
    const auto id = id_of(type->schema.name);
    REQUIRE_FALSE(id.empty());
    test::FakeHttp http;
    Client client(
        {.region = "eu-west-1",
         .credentials = [](bool) { return Credentials{.id = "I", .secret = "s", .token = {}, .expires = {}}; },
         .clock = std::make_shared<test::FakeClock>(),
         .send = http.sender()});
    http.answer(200, "{}");
    Account account{.client = client, .identity = {}, .owner = {}};
    (void)untag(account, id, {"team"});
    REQUIRE_FALSE(http.seen.empty());
    const auto& first = http.seen.front();
    CHECK((first.request.body + first.request.path).find("team") != std::string::npos);
  }
}
