// What AWS says to each list and each look of the provider, canned. Then each of these answers is spoilt.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "providers/aws/account_guard.h"
#include "tests/aws/fake_http.h"
#include "tests/contract/suite/garbage.h"

namespace infra::test {
namespace {

using namespace infra::aws;

const Ownership kAwsOwner{.stack = "shop", .lineage = "gby1f1lv58ybdl1bnsp4"};
const Identity kIdentity{.partition = "aws", .region = "eu-west-1", .account = "123456789012", .arn = {}};

// "ec2 DescribeVpcs" to the answer; of services that speak REST "eks GET /clusters".
std::map<std::string, std::string> read_answers() {
  std::ifstream file(INFRA_SOURCE_DIR "/tests/contract/aws/answers.txt");
  std::map<std::string, std::string> out;
  std::string line, name;
  while (std::getline(file, line)) {
    if (line.starts_with('<') || line.starts_with('{')) out[name] = line;
    name = line;
  }
  REQUIRE(out.size() > 30);
  return out;
}

// The service stands in the signature's scope, the operation in a header or in the form.
std::string operation_of(const HttpAsked& asked) {
  // "… Credential=ID/20261128/eu-west-1/ecs/aws4_request, …"
  const auto& signature = asked.headers.at("authorization");
  const auto end = signature.find("/aws4_request");
  const auto begin = signature.rfind('/', end - 1) + 1;
  const auto service = signature.substr(begin, end - begin);
  const auto target = asked.headers.find("x-amz-target");
  if (target != asked.headers.end()) return service + " " + target->second.substr(target->second.find('.') + 1);
  const auto form = asked.body.find("Action=");
  if (form == std::string::npos)
    return fmt::format("{} {} {}", service, asked.method, asked.path.substr(0, asked.path.find('?')));
  const auto action = form + 7;
  return service + " " + asked.body.substr(action, asked.body.find('&', action) - action);
}

struct CannedAws {
  std::map<std::string, std::string> answers = read_answers();

  HttpAnswer operator()(const HttpAsked& asked) const {
    const auto at = answers.find(operation_of(asked));
    if (at == answers.end()) return {.status = 501, .body = "nothing is canned for " + operation_of(asked)};
    const auto* type = at->second.starts_with('<') ? "text/xml;charset=UTF-8" : "application/x-amz-json-1.1";
    return {.headers = {std::string("Content-Type: ") + type}, .body = at->second};
  }
};

class Connection {
 public:
  explicit Connection(const std::string& address)
      : client_({.region = "eu-west-1",
                 .endpoints = {.all = "http://" + address, .one = {}},
                 .credentials =
                     [](bool) { return Credentials{.id = "AKIDTEST", .secret = "s", .token = {}, .expires = {}}; },
                 .clock = std::make_shared<aws::test::FakeClock>()}),
        account_{.client = client_, .identity = kIdentity, .owner = kAwsOwner} {}
  Account& account() { return account_; }
  Client& client() { return client_; }

 private:
  Client client_;
  Account account_;
};

std::string judged(bool spoilt, const Error* error, bool found) {
  if (!spoilt) return error != nullptr ? error->text() : found ? "" : "nothing was found";
  if (error == nullptr) return found ? "it was believed" : "it said that there is nothing";
  if (error->code != "E0621" || error->help.empty()) return "it failed in another way: " + error->text();
  return {};
}

// What isn't listed by its tags, as a record has it.
std::string recorded_id(const std::string& type) {
  if (type == "cluster_capacity") return "arn:aws:ecs:eu-west-1:123456789012:cluster/shop-core/capacity";
  if (type == "scalable_target") return kIdentity.arn_of("application-autoscaling", "service/shop-core/shop-api");
  if (type == "image") return kIdentity.arn_of("ecr", "repository/shop/images@sha256:" + std::string(64, 'e'));
  return {};
}

Attempt listing(const std::string& address, const aws::Type& type) {
  return {.name = "list " + type.schema.name, .run = [&type, address](bool spoilt) {
            Connection connection(address);
            const std::vector<Known> known{{.id = recorded_id(type.schema.name), .inputs = Map()}};
            const auto seen = type.list(connection.account(), known);
            return judged(spoilt, seen ? nullptr : &seen.error(), seen && !seen->empty());
          }};
}

Attempt looking(const std::string& address, const aws::Type& type) {
  Connection connection(address);
  auto id = recorded_id(type.schema.name);
  if (id.empty()) {
    const auto all = type.list(connection.account(), {Known{}});
    INFO(type.schema.name << ": " << (all ? "" : all.error().text()));
    REQUIRE(all);
    REQUIRE_FALSE(all->empty());
    id = all->front().id;
  }
  return {.name = "look at " + type.schema.name, .run = [&type, address, id](bool spoilt) {
            Connection one(address);
            const auto seen = type.look(one.account(), {.id = id, .inputs = Map()});
            return judged(spoilt, seen ? nullptr : &seen.error(), seen && *seen);
          }};
}

std::vector<Attempt> all_attempts(const std::string& address) {
  std::vector<Attempt> out = {{.name = "who we are", .run = [address](bool spoilt) {
                                 Connection connection(address);
                                 const auto identity = who_we_are(connection.client());
                                 return judged(spoilt, identity ? nullptr : &identity.error(), identity.ok());
                               }}};
  for (const auto* type : all_types()) {
    out.push_back(listing(address, *type));
    out.push_back(looking(address, *type));
  }
  return out;
}

}  // namespace

TEST_CASE("what AWS can't have said is never believed") {
  GarblingServer server{CannedAws(), true};
  CHECK(check_garbage(server, all_attempts(server.address())) > 900);
}

TEST_CASE("two hundred answers of AWS that are spoilt at random are never believed") {
  GarblingServer server{CannedAws(), true};
  sweep_garbage(server, all_attempts(server.address()), 200);
}

TEST_CASE("an answer of AWS without end is cut off, and so are pages without end") {
  std::size_t pages = 0;
  testing::HttpServer server([&](const HttpAsked& asked) -> HttpAnswer {
    if (operation_of(asked) == "ecs ListClusters") {
      return {.body = fmt::format(R"({{"clusterArns":["c"],"nextToken":"{}"}})", ++pages < 50 ? pages : 50)};
    }
    return {.more = [] { return std::string(1U << 20U, ' '); }};
  });
  Connection connection(server.address());
  const auto listed = [&](std::string_view name) {
    const auto seen = find_type(name)->list(connection.account(), {});
    REQUIRE_FALSE(seen);
    CHECK(seen.error().code == "E0621");
    return seen.error().message;
  };
  for (const auto* name : {"vpc", "load_balancer", "log_group"})
    CHECK_THAT(listed(name), Catch::Contains("its answer is longer than 16 MiB"));
  CHECK_THAT(listed("ecs_cluster"), Catch::Contains("page after page"));
  CHECK(pages == 51);
}

}  // namespace infra::test
