// Signatures against botocore's own: golden ones, and fresh ones where this machine has botocore.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "base/text/units.h"
#include "base/values/codec.h"
#include "providers/aws/api/sign.h"
#include "tests/support/process.h"

using namespace infra;
using namespace infra::aws;

namespace {

const Credentials kKeys{
    .id = "AKIDEXAMPLE", .secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", .token = "tok/en+=", .expires = {}};
const SysTime kNow = SysTime(std::chrono::seconds(1'795'878'000));  // 2026-11-28T15:00:00Z

struct Sample {
  const char* what;
  Signable request;
  Scope scope;
  const char* signature;  // as botocore 1.43.11 made it
};

std::vector<Sample> samples() {
  return {
      {"json",
       {.headers = {{"host", "ecs.eu-west-1.amazonaws.com"},
                    {"content-type", "application/x-amz-json-1.1"},
                    {"x-amz-target", "AmazonEC2ContainerServiceV20141113.CreateCluster"}},
        .body = R"({"clusterName":"core"})"},
       {"eu-west-1", "ecs"},
       "fe1793bc50050d1f661b997e399b12bd15593e8d2efd6129e6c2a06f2e4ee06d"},
      {"form",
       {.headers = {{"host", "ec2.eu-west-1.amazonaws.com"},
                    {"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
        .body = "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0%2F16"},
       {"eu-west-1", "ec2"},
       "806038cafbb9e4074b26374bc2037d4872de16d308a6070a713ed0764c6272a0"},
      {"a query whose order and characters matter",
       {.method = "DELETE",
        .path = "/tags/arn%3Aaws%3Aeks%3Aeu-west-1%3A123456789012%3Acluster%2Fk",
        .query = {{"tagKeys", "b"}, {"tagKeys", "a b"}, {"tagKeys", "a:~*"}},
        .headers = {{"host", "eks.eu-west-1.amazonaws.com"}, {"content-type", "application/json"}}},
       {"eu-west-1", "eks"},
       "20a8807a3c5fb7e99a47c643939ca83e302c84509020fefa340cb6403145a477"},
      {"spaces in a header",
       {.headers = {{"host", "127.0.0.1:5000"}, {"x-amz-meta", "  a   b  "}}, .body = "{}"},
       {"us-east-1", "iam"},
       "9122d1b5c4b9f249ca926e4a71c565cd025f9419ec81b882caabc1c71e95d1e3"},
  };
}

bool has_botocore() { return testing::run({"python3", "-c", "import botocore"}).code == 0; }

std::string url_of(const Signable& request) {
  auto out = "https://" + request.headers.at("host") + request.path;
  return request.query.empty() ? out : out + "?" + query_text(request.query);
}

std::string by_botocore(const Signable& request, const Scope& scope, bool presign) {
  Map headers;
  for (const auto& [name, value] : request.headers) headers.set(name, value);
  const Map given({{"now", amz_date(kNow)},
                   {"id", kKeys.id},
                   {"secret", kKeys.secret},
                   {"token", kKeys.token},
                   {"method", request.method},
                   {"url", url_of(request)},
                   {"headers", std::move(headers)},
                   {"body", request.body},
                   {"service", scope.service},
                   {"region", scope.region},
                   {"presign", presign}});
  const auto ran = testing::run({"python3", INFRA_SOURCE_DIR "/tests/aws/botocore_sign.py"}, to_plain_json(given));
  INFO(ran.output);
  REQUIRE(ran.code == 0);
  return ran.output.substr(0, ran.output.find('\n'));
}

std::string presigned() {
  return presigned_url("sts.eu-west-1.amazonaws.com", {{"x-k8s-aws-id", "k"}},
                       {{"Action", "GetCallerIdentity"}, {"Version", "2011-06-15"}}, std::chrono::seconds(60), kNow,
                       {"eu-west-1", "sts"}, kKeys);
}

}  // namespace

TEST_CASE("a time as signatures have it") { CHECK(amz_date(kNow) == "20261128T150000Z"); }

TEST_CASE("signed headers are as botocore signs them") {
  const bool fresh = has_botocore();
  for (auto& sample : samples()) {
    INFO(sample.what);
    auto signed_request = sample.request;
    sign(signed_request, kNow, sample.scope, kKeys);
    const auto ours = signed_request.headers.at("authorization");
    CHECK(ours.substr(ours.find("Signature=") + 10) == sample.signature);
    if (fresh) CHECK(ours == by_botocore(sample.request, sample.scope, false));
  }
}

TEST_CASE("a URL is presigned as botocore does") {
  CHECK(presigned() ==
        "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&"
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261128%2Feu-west-1%2Fsts%2Faws4_request&"
        "X-Amz-Date=20261128T150000Z&X-Amz-Expires=60&X-Amz-Security-Token=tok%2Fen%2B%3D&"
        "X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&"
        "X-Amz-Signature=af628e49eddb300266e72dc9bd5325153c087d68a29de9e32dcc5d2870506e84");
  if (!has_botocore()) return;
  const Signable request{.method = "GET",
                         .query = {{"Action", "GetCallerIdentity"}, {"Version", "2011-06-15"}},
                         .headers = {{"host", "sts.eu-west-1.amazonaws.com"}, {"x-k8s-aws-id", "k"}}};
  const auto theirs = by_botocore(request, {"eu-west-1", "sts"}, true);
  const auto signature = [](const std::string& url) { return url.substr(url.find("X-Amz-Signature=")); };
  CHECK(signature(presigned()) == signature(theirs));
}

TEST_CASE("a query is encoded and sorted") {
  CHECK(query_text({{"b", "x y"}, {"a", "1"}, {"a", "/+~"}}) == "a=%2F%2B~&a=1&b=x%20y");
}
