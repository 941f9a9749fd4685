// Requests as they go out, answers as they come in, and where they go.
#include <catch2/catch.hpp>

#include "providers/aws/api/encode.h"
#include "providers/aws/api/endpoints.h"
#include "providers/aws/api/retry.h"
#include "providers/aws/api/xml.h"

using namespace infra;
using namespace infra::aws;

namespace {

Value tags() {
  return Value(params({{"ResourceType", "vpc"}, {"Tag", List{params({{"Key", "infra.stack"}, {"Value", "shop"}})}}}));
}

Value parsed(std::string_view xml) {
  auto value = parse_xml(xml);
  REQUIRE(value);
  return *std::move(value);
}

std::string base_of(const char* service, const std::string& region) {
  return endpoint_of(*find_service(service), region, {}).base;
}

}  // namespace

TEST_CASE("an ec2 form numbers its lists from one") {
  CHECK(form_body(Protocol::ec2, "CreateVpc", "2016-11-15",
                  params({{"CidrBlock", "10.0.0.0/16"}, {"TagSpecification", List{tags()}}, {"DryRun", Value()}})) ==
        "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0%2F16&TagSpecification.1.ResourceType=vpc&"
        "TagSpecification.1.Tag.1.Key=infra.stack&TagSpecification.1.Tag.1.Value=shop");
}

TEST_CASE("a query form has member in its lists, and an empty list is said") {
  CHECK(form_body(Protocol::query, "Modify", "1", params({{"A", List{"x", true, 3}}, {"B", List{}}})) ==
        "Action=Modify&Version=1&A.member.1=x&A.member.2=true&A.member.3=3&B=");
  CHECK(form_body(Protocol::ec2, "Modify", "1", params({{"B", List{}}})) == "Action=Modify&Version=1");
}

TEST_CASE("JSON keeps types, leaves out null and shows a secret to whom it is for") {
  CHECK(json_body(params({{"a", 1}, {"b", List{true, 0.5, "\"x\"\n"}}, {"c", Value()}, {"s", Value::secret("pw")}})) ==
        R"({"a":1,"b":[true,0.5,"\"x\"\n"],"s":"pw"})");
  CHECK(json_body(Value()) == "{}");
  CHECK(json_body(params({{"none", Map()}})) == R"({"none":{}})");
}

TEST_CASE("rest parameters stand in the path, the rest in the query or the body") {
  const auto get = rest_request("eks", "ListNodegroups", params({{"clusterName", "a b"}, {"maxResults", 10}}));
  CHECK(get.method == "GET");
  CHECK(get.path == "/clusters/a%20b/node-groups");
  CHECK(Value(get.query)["maxResults"] == Value(10));
  CHECK(get.body.empty());
  const auto post =
      rest_request("eks", "TagResource", params({{"resourceArn", "arn:a/b"}, {"tags", params({{"k", "v"}})}}));
  CHECK(post.path == "/tags/arn%3Aa%2Fb");
  CHECK(post.body == R"({"tags":{"k":"v"}})");
}

TEST_CASE("XML becomes lists, maps and texts") {
  const auto answer = parsed(R"(<?xml version="1.0"?><R xmlns="http://x"><vpcSet><item><vpcId>vpc-1</vpcId><tagSet/>
    <isDefault>true</isDefault></item><item><vpcId>vpc-2</vpcId></item></vpcSet><none/><n>42</n></R>)");
  REQUIRE(items_of(answer["vpcSet"]).size() == 2);
  CHECK(text_of(items_of(answer["vpcSet"])[1]["vpcId"]) == "vpc-2");
  CHECK(flag_of(items_of(answer["vpcSet"])[0]["isDefault"]));
  CHECK(items_of(items_of(answer["vpcSet"])[0]["tagSet"]).empty());
  CHECK(items_of(answer["none"]).empty());
  CHECK(items_of(answer["absent"]).empty());
  CHECK(text_of(answer["none"]).empty());
  CHECK(number_of(answer["n"]) == 42);
}

TEST_CASE("what isn't XML, or an attack, is an error") {
  CHECK_FALSE(parse_xml("<html><body>Sign in</html>"));
  CHECK_FALSE(parse_xml(""));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  CHECK_FALSE(parse_xml(deep));
  // Entities aren't expanded: no file is read, nothing grows.
  const auto kept = parsed(R"(<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><a>&x;</a></r>)");
  CHECK(text_of(kept["a"]) == "&x;");
}

TEST_CASE("hosts and partitions by the region") {
  CHECK(base_of("ecs", "eu-west-1") == "https://ecs.eu-west-1.amazonaws.com");
  CHECK(base_of("ecr", "cn-north-1") == "https://api.ecr.cn-north-1.amazonaws.com.cn");
  CHECK(base_of("iam", "eu-west-1") == "https://iam.amazonaws.com");
  CHECK(base_of("elasticloadbalancing", "us-gov-west-1") == "https://elasticloadbalancing.us-gov-west-1.amazonaws.com");
  CHECK(endpoint_of(*find_service("iam"), "eu-west-1", {}).scope.region == "us-east-1");
  CHECK(partition_of("cn-northwest-1") == "aws-cn");
  CHECK(partition_of("eu-central-1") == "aws");
}

TEST_CASE("a chosen endpoint replaces the host, one of a service before one of all") {
  const EndpointChoice choice{.all = "http://localhost:5000/", .one = [](std::string_view service) {
                                return service == "ECS" ? std::optional<std::string>("http://ecs:1") : std::nullopt;
                              }};
  CHECK(endpoint_of(*find_service("ec2"), "eu-west-1", choice).base == "http://localhost:5000");
  CHECK(endpoint_of(*find_service("ec2"), "eu-west-1", choice).host == "localhost:5000");
  CHECK(endpoint_of(*find_service("ecs"), "eu-west-1", choice).base == "http://ecs:1");
}

TEST_CASE("what makes a thing without a token isn't done twice") {
  CHECK_FALSE(repeatable("CreateVpc", Map()));
  CHECK_FALSE(repeatable("RegisterTaskDefinition", Map()));
  CHECK(repeatable("CreateNatGateway", params({{"ClientToken", "t"}})));
  CHECK(repeatable("CreateService", params({{"clientToken", "t"}})));
  CHECK(repeatable("DescribeVpcs", Map()));
  CHECK(repeatable("DeleteVpc", Map()));
}

TEST_CASE("the budget of retries runs out, and fills again") {
  RetryBudget budget;
  int taken = 0;
  while (budget.take()) ++taken;
  CHECK(taken == 100);
  for (int i = 0; i < 5; ++i) budget.give_back();
  CHECK(budget.take());
  CHECK_FALSE(budget.take());
}

TEST_CASE("waits double up to twenty seconds") {
  CHECK(backoff(1, 1).count() == 2'000);
  CHECK(backoff(3, 0.5).count() == 4'000);
  CHECK(backoff(10, 1).count() == 20'000);
}
