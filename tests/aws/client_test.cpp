// What a call makes of answers: success, errors by their meaning, retries, waits, pages.
#include <catch2/catch.hpp>

#include "providers/aws/api/aws_client.h"
#include "providers/aws/api/xml.h"
#include "tests/aws/fake_http.h"

using namespace infra;
using namespace infra::aws;
using namespace std::chrono_literals;

namespace {

struct World {
  test::FakeHttp http;
  std::shared_ptr<test::FakeClock> clock = std::make_shared<test::FakeClock>();
  std::vector<bool> asked;  // for credentials: fresh or not
  Client client{{.region = "eu-west-1",
                 .credentials =
                     [this](bool fresh) {
                       asked.push_back(fresh);
                       return Credentials{.id = fresh ? "NEW" : "OLD", .secret = "s", .token = {}, .expires = {}};
                     },
                 .clock = clock,
                 .send = http.sender()}};
};

std::string json_error(const std::string& code, const std::string& message) {
  return R"({"__type":"com.amazonaws.x#)" + code + R"(","message":")" + message + R"("})";
}

}  // namespace

TEST_CASE("a JSON call and its answer") {
  World world;
  world.http.answer(200, R"({"cluster":{"clusterArn":"c","status":"ACTIVE"}})");
  const auto reply = world.client.call("ecs", "CreateCluster", params({{"clusterName", "core"}}));
  REQUIRE(reply);
  CHECK(reply["cluster"]["status"] == Value("ACTIVE"));
  REQUIRE(world.http.seen.size() == 1);
  CHECK(world.http.seen[0].base == "https://ecs.eu-west-1.amazonaws.com");
  CHECK(world.http.seen[0].header("x-amz-target") == "AmazonEC2ContainerServiceV20141113.CreateCluster");
  CHECK(world.http.seen[0].header("authorization").starts_with("AWS4-HMAC-SHA256 Credential=OLD/20261128/eu-west-1/"));
}

TEST_CASE("query's result is unwrapped, ec2's is as it is") {
  World world;
  world.http.answer(200, "<GetRoleResponse><GetRoleResult><Role><Arn>a</Arn></Role></GetRoleResult></GetRoleResponse>");
  world.http.answer(200, "<CreateVpcResponse><vpc><vpcId>vpc-1</vpcId></vpc></CreateVpcResponse>");
  CHECK(world.client.call("iam", "GetRole", Map())["Role"]["Arn"] == Value("a"));
  CHECK(world.client.call("ec2", "CreateVpc", Map())["vpc"]["vpcId"] == Value("vpc-1"));
}

TEST_CASE("an error by each protocol has its code") {
  World world;
  world.http.answer(400, json_error("ClusterNotFoundException", "Cluster not found."));
  world.http.answer(400,
                    "<Response><Errors><Error><Code>DependencyViolation</Code><Message>in use</Message></Error>"
                    "</Errors><RequestID>r-1</RequestID></Response>");
  world.http.answer(404,
                    "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no role</Message></Error>"
                    "</ErrorResponse>");
  world.http.answer(404, R"({"message":"No cluster"})", {{"x-amzn-errortype", "ResourceNotFoundException:http://x"}});
  CHECK(world.client.call("ecs", "DeleteCluster", Map()).fault().not_found());
  const auto violation = world.client.call("ec2", "DeleteVpc", Map());
  CHECK(violation.fault().is({"DependencyViolation"}));
  CHECK(violation.error().code == "E0623");
  CHECK(violation.error().message.ends_with(" (request r-1)"));
  CHECK(world.client.call("iam", "GetRole", Map()).fault().not_found());
  CHECK(world.client.call("eks", "DescribeCluster", params({{"name", "x"}})).fault().code ==
        "ResourceNotFoundException");
}

TEST_CASE("what is denied names the action and the line of the policy") {
  World world;
  world.http.answer(400, json_error("AccessDeniedException",
                                    "User: u is not authorized to perform: ecs:CreateCluster "
                                    "on resource: * because no policy allows it"));
  const auto error = world.client.call("ecs", "CreateCluster", Map()).error();
  CHECK(error.code == "E0622");
  CHECK(error.help.find(R"("Action": "ecs:CreateCluster")") != std::string::npos);
}

TEST_CASE("a quota that is reached, and credentials that are no good, have codes of their own") {
  World world;
  world.http.answer(400,
                    "<Response><Errors><Error><Code>VpcLimitExceeded</Code><Message>5</Message></Error></Errors>"
                    "</Response>");
  world.http.answer(403, json_error("UnrecognizedClientException", "The security token is invalid."));
  CHECK(world.client.call("ec2", "CreateVpc", Map()).error().code == "E0625");
  CHECK(world.client.call("ecs", "ListClusters", Map()).error().code == "E0620");
}

TEST_CASE("a throttled call is made again, after a wait that grows") {
  World world;
  for (int i = 0; i < 4; ++i) world.http.answer(400, json_error("ThrottlingException", "Rate exceeded"));
  world.http.answer(200, R"({"cluster":{"clusterArn":"c"}})");
  CHECK(world.client.call("ecs", "CreateCluster", Map()));
  CHECK(world.http.seen.size() == 5);
  CHECK(world.clock->sleeps.size() == 4);
  for (int i = 0; i < 5; ++i) world.http.answer(429, json_error("Any", "slow down"));
  CHECK_FALSE(world.client.call("ecs", "ListClusters", Map()));
  CHECK(world.http.seen.size() == 10);
}

TEST_CASE("after a lost answer only what can't be doubled is asked again") {
  World world;
  world.http.fail(http::Failure::broken, "connection reset");
  const auto reply = world.client.call("ec2", "CreateVpc", Map());
  REQUIRE_FALSE(reply);
  CHECK(reply.fault().may_have_happened());
  CHECK(reply.error().code == "E0621");
  CHECK(world.http.seen.size() == 1);
  world.http.answer(500, json_error("InternalError", "sorry"));
  CHECK(world.client.call("ecs", "RegisterTaskDefinition", Map()).fault().may_have_happened());
  world.http.fail(http::Failure::broken, "connection reset");
  world.http.answer(200, R"({"service":{"serviceArn":"s"}})");
  CHECK(world.client.call("ecs", "CreateService", params({{"clientToken", "t"}})));
  world.http.fail(http::Failure::refused, "connection refused");
  world.http.answer(200, "<CreateVpcResponse><vpc><vpcId>vpc-1</vpcId></vpc></CreateVpcResponse>");
  CHECK(world.client.call("ec2", "CreateVpc", Map()));  // it never got there
}

TEST_CASE("whoever takes a request and says nothing is asked twice, whoever can't be reached five times") {
  World world;
  for (int i = 0; i < 5; ++i) world.http.fail(http::Failure::timed_out, "no answer in time");
  const auto silent = world.client.call("ecs", "ListClusters", Map());
  REQUIRE_FALSE(silent);
  CHECK(silent.error().code == "E0621");
  CHECK(world.http.seen.size() == 2);
  // One silence among other faults isn't the end.
  world.http.answers.clear();
  world.http.fail(http::Failure::timed_out, "no answer in time");
  world.http.fail(http::Failure::broken, "connection reset");
  world.http.answer(200, R"({"clusterArns":[]})");
  CHECK(world.client.call("ecs", "ListClusters", Map()));
  CHECK(world.http.seen.size() == 5);
  for (int i = 0; i < 5; ++i) {
    world.http.answers.emplace_back(
        http::Failure{.kind = http::Failure::timed_out, .reason = "no answer in time", .connected = false});
  }
  CHECK_FALSE(world.client.call("ecs", "ListClusters", Map()));
  CHECK(world.http.seen.size() == 10);
}

TEST_CASE("a clock that is off by an hour is set by the server's, once") {
  World world;
  const std::map<std::string, std::string> date = {{"date", "Sat, 28 Nov 2026 16:00:00 GMT"}};
  world.http.answer(403, json_error("RequestTimeTooSkewed", "skewed"), date);
  world.http.answer(200, R"({"clusterArns":[]})", date);
  world.http.answer(200, R"({"clusterArns":[]})", date);
  CHECK(world.client.call("ecs", "ListClusters", Map()));
  CHECK(world.http.seen[0].header("x-amz-date") == "20261128T150000Z");
  CHECK(world.http.seen[1].header("x-amz-date") == "20261128T160000Z");
  CHECK(world.client.call("ecs", "ListClusters", Map()));
  CHECK(world.http.seen[2].header("x-amz-date") == "20261128T160000Z");
}

TEST_CASE("expired credentials are renewed once") {
  World world;
  world.http.answer(400, json_error("ExpiredTokenException", "expired"));
  world.http.answer(200, R"({"clusterArns":[]})");
  CHECK(world.client.call("ecs", "ListClusters", Map()));
  CHECK(world.asked == std::vector<bool>{false, true});
  CHECK(world.http.seen[1].header("authorization").find("Credential=NEW/") != std::string::npos);
}

TEST_CASE("an answer that isn't the API's is said to be none") {
  World world;
  world.http.answer(200, "<!DOCTYPE html><p>Sign in", {{"content-type", "text/html"}});
  world.http.answer(403, "<html>no</html>", {{"content-type", "text/html"}});
  const auto page = world.client.call("ecs", "CreateCluster", Map()).error();
  CHECK(page.code == "E0621");
  CHECK(page.message.find("text/html") != std::string::npos);
  CHECK(world.client.call("ecs", "CreateCluster", Map()).error().code == "E0621");
}

TEST_CASE("all pages are one list") {
  World world;
  world.http.answer(200, R"({"clusterArns":["a","b"],"nextToken":"t"})");
  world.http.answer(200, R"({"clusterArns":["c"]})");
  const auto all = world.client.list("ecs", "ListClusters", {}, {"nextToken", "nextToken", "clusterArns"});
  REQUIRE(all);
  CHECK(items_of(all.value()) == List{"a", "b", "c"});
  CHECK(world.http.seen[1].request.body == R"({"nextToken":"t"})");
}

TEST_CASE("a wait ends when it is so, when it can't be, and when its time is up") {
  World world;
  const auto judge = [](const Reply& reply) {
    const auto state = text_of(reply["state"]);
    return state == "ok" ? Verdict::done : state == "bad" ? Verdict::failed : Verdict::go_on;
  };
  const auto ask = [&] { return world.client.call("ecs", "DescribeClusters", Map()); };
  const Wait wait{.every = 15s, .deadline = 30s, .what = "the thing"};
  for (const auto* state : {"wait", "ok", "bad", "wait", "wait", "wait"}) {
    world.http.answer(200, std::string(R"({"clusters":[],"state":")") + state + "\"}");
  }
  CHECK(world.client.wait(wait, ask, judge, nullptr));
  CHECK(world.client.wait(wait, ask, judge, nullptr).error().code == "E0626");
  CHECK(world.client.wait(wait, ask, judge, nullptr).error().message == "the thing isn't there after 0 minutes");
  Cancel cancel;
  cancel.set(Cancel::abort);
  world.http.answer(200, R"({"clusters":[],"state":"wait"})");
  CHECK(world.client.wait(wait, ask, judge, &cancel).error().code == "E0703");
}
