// What comes of the parts that several stacks write for one HAProxy.
#include "providers/nodes/balancer/haproxy_parts.h"

#include <catch2/catch.hpp>

#include "providers/nodes/balancer/backend_table.h"
#include "providers/nodes/balancer/haproxy_config.h"

namespace {

using namespace infra;
using namespace infra::nodes::balancer;

Map fields(std::initializer_list<Entry> entries) { return Map(std::vector<Entry>(entries)); }

Value route(const char* host, const char* path, const char* backend) {
  Map out = fields({{"backend", backend}});
  if (*host != '\0') out.set("host", host);
  if (*path != '\0') out.set("path", path);
  return out;
}

Value backend(const char* service, Duration drain) {
  return fields(
      {{"service", service}, {"container", "web"}, {"port", "http"}, {"http", true}, {"slots", 16}, {"drain", drain}});
}

// Stack edge has the load balancer, with a listener for http and one that passes bytes on.
Part own() {
  const Value inputs = fields(
      {{"listeners",
        List({fields({{"name", "web"},
                      {"port", 80},
                      {"protocol", "http"},
                      {"routes", List({route("shop.example", "", "site.web.http"), route("", "", "rest.web.http")})}}),
              fields({{"name", "db"},
                      {"port", 5432},
                      {"protocol", "tcp"},
                      {"routes", List(1, route("", "", "site.web.http"))}})})},
       {"backends", fields({{"rest.web.http", backend("service.rest", Duration{1'000})},
                            {"site.web.http", backend("service.site", Duration{1'000})}})}});
  return {.name = kOwnPart,
          .text = own_part({.stack = "edge", .lineage = "l1"}, *Address::parse("load_balancer.front/a"), inputs, {})};
}

Part added(const std::string& name, std::int64_t port, List rules, const std::string& lineage = "l2") {
  const Value inputs = fields({{"port", port},
                               {"rules", std::move(rules)},
                               {"backends", fields({{"api.web.http", backend("service.api", Duration{900'000})}})}});
  return {.name = name,
          .text = foreign_part({.stack = "shop", .lineage = lineage}, *Address::parse("service.api/routes.web"), inputs,
                               name + ".")};
}

std::size_t place(const std::string& text, const std::string& part) {
  const auto at = text.find(part);
  INFO(text);
  REQUIRE(at != std::string::npos);
  return at;
}

}  // namespace

TEST_CASE("routes of several stacks are tried in one order") {
  const auto text =
      merge(
          {added("t1", 80, {route("shop.example", "/api/*", "api.web.http"), route("", "/x", "api.web.http")}), own()})
          .configuration;
  const auto api = place(text, "  use_backend t1.api.web.http if { req.hdr(host)");
  const auto site = place(text, "  use_backend site.web.http if { req.hdr(host)");
  const auto path = place(text, "  use_backend t1.api.web.http if { path -m str -- \"/x\" }\n");
  const auto rest = place(text, "  default_backend rest.web.http\n");
  CHECK((api < site && site < path && path < rest));
  CHECK(text.find("default_backend no-route") == std::string::npos);
  place(text, "\nbackend t1.api.web.http\n  mode http\n");
  place(text, "  hard-stop-after 900000ms\n");  // the longest drain of all
  CHECK(text.find('#') == text.find("# Written by infra"));
  CHECK(text.rfind('#') == text.find("# Written by infra"));
}

TEST_CASE("routes for a port that isn't there, or speaks no http, change nothing that is served") {
  const auto alone = merge({own()}).configuration;
  for (const auto port : {81, 5432}) {
    const auto text = merge({own(), added("t1", port, List(1, route("", "/x", "api.web.http")))}).configuration;
    CHECK(text.find("use_backend t1.") == std::string::npos);
    CHECK(text.substr(text.find("frontend db"), 80) == alone.substr(alone.find("frontend db"), 80));
  }
}

TEST_CASE("each part has its own lines of the table") {
  const auto table = merge({own(), added("t1", 80, List(1, route("", "/x", "api.web.http")))}).table;
  const auto mine = from_table(table_of_part(table, "t1"));
  REQUIRE(mine.size() == 1);
  CHECK(mine[0].name == "t1.api.web.http");
  CHECK(mine[0].service == "service.api");
  CHECK(from_table(table_of_part(table, kOwnPart)).size() == 2);
  CHECK(table_of_part(table, "t").empty());
}

TEST_CASE("a part says which services it leads to") {
  CHECK(services_in(added("aa", 80, List(1, route("x.example", "", "api.web.http")))) ==
        std::set<std::string>{"service.api"});
  CHECK(services_in(own()) == std::set<std::string>{"service.rest", "service.site"});
}

TEST_CASE("whoever comes second doesn't get what another has") {
  const auto same = added("t1", 80, List(1, route("Shop.Example", "", "api.web.http")));
  const auto clash = clash_of(same, {own(), same});
  REQUIRE(clash);
  CHECK(clash->port == 80);
  CHECK(clash->claim == "shop.example/*");
  CHECK(clash->owner == "load_balancer.front of stack edge");
  CHECK(clash_of(own(), {same})->owner == "service.api of stack shop");
  CHECK_FALSE(clash_of(added("t2", 81, List(1, route("shop.example", "", "api.web.http"))), {own(), same}));
  CHECK_FALSE(clash_of(added("t2", 80, List(1, route("shop.example", "/a", "api.web.http"))), {own(), same}));
}

TEST_CASE("what is left of a resource whose record was lost is known by the resource") {
  const auto before = added("t1", 80, List());
  CHECK(former_parts(added("t2", 80, List()), {own(), before}) == std::vector<std::string>{"t1"});
  CHECK(former_parts(before, {own(), before}).empty());
  CHECK(former_parts(added("t2", 80, List(), "l3"), {own(), before}).empty());
}

TEST_CASE("the listeners of a load balancer are read from its part") {
  const auto seen = listeners_in(own().text);
  REQUIRE(seen.size() == 2);
  CHECK((seen[0].port == 80 && seen[0].protocol == "http"));
  CHECK((seen[1].port == 5432 && seen[1].protocol == "tcp"));
}
