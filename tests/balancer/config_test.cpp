// What HAProxy is told.
#include "providers/nodes/balancer/haproxy_config.h"

#include <catch2/catch.hpp>

#include "providers/nodes/balancer/haproxy_parts.h"

namespace {

using namespace infra;
using nodes::balancer::condition;

// Of a stack that nobody else adds routes to.
std::string configuration(const Value& inputs, const std::vector<std::string>& addresses) {
  using namespace nodes::balancer;
  const Ownership owner{.stack = "shop", .lineage = "l1"};
  return merge(
             {{.name = kOwnPart, .text = own_part(owner, *Address::parse("load_balancer.front/a"), inputs, addresses)}})
      .configuration;
}

Map record(std::initializer_list<Entry> entries) { return Map(std::vector<Entry>(entries)); }
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Value inputs() {
  const auto route = [](const char* host, const char* path, const char* backend) {
    Map out = record({{"backend", backend}});
    if (*host != '\0') out.set("host", host);
    if (*path != '\0') out.set("path", path);
    return Value(out);
  };
  return record(
      {{"listeners", List({record({{"name", "web"},
                                   {"port", 80},
                                   {"protocol", "http"},
                                   {"routes", List({route("shop.example", "/api/*", "api.web.http"),
                                                    route("", "", "site.web.http")})}}),
                           record({{"name", "safe"}, {"port", 443}, {"protocol", "https"}, {"routes", List()}}),
                           record({{"name", "db"},
                                   {"port", 5432},
                                   {"protocol", "tcp"},
                                   {"routes", List(1, route("", "", "db.postgres.sql"))}})})},
       {"backends", record({{"api.web.http", record({{"http", true},
                                                     {"slots", 32},
                                                     {"drain", Duration{600'000}},
                                                     {"slow_start", Duration{30'000}},
                                                     {"health", record({{"path", "/up"},
                                                                        {"every", Duration{5'000}},
                                                                        {"timeout", Duration{1'000}},
                                                                        {"healthy", 3},
                                                                        {"unhealthy", 2}})}})},
                            {"db.postgres.sql",
                             record({{"http", false}, {"slots", 16}, {"hold", true}, {"drain", Duration{1'000}}})},
                            {"site.web.http", record({{"http", true}, {"slots", 16}, {"drain", Duration{1'000}}})}})}});
}

}  // namespace

TEST_CASE("patterns of routes become conditions") {
  CHECK(condition("path", "/up") == R"(path -m str -- "/up")");
  CHECK(condition("path", "/api/*") == R"(path -m beg -- "/api/")");
  CHECK(condition("path", "/a?c/*.png") == R"(path -m reg -- "^/a.c/.*\\.png\$")");
  CHECK(condition("path", R"(/"$x\)") == R"(path -m str -- "/\"\$x\\")");  // what HAProxy would read otherwise
}

TEST_CASE("a configuration has listeners, routes in their order, and slots") {
  const auto text = configuration(inputs(), {});
  CHECK(has(text, "frontend web\n  mode http\n  bind :80\n"));
  const auto first = text.find(
      "use_backend api.web.http if { req.hdr(host),field(1,:),lower -m str -- \"shop.example\" } "
      "{ path -m beg -- \"/api/\" }\n");
  REQUIRE(first != std::string::npos);
  CHECK(text.find("default_backend site.web.http\n") > first);
  CHECK(has(text, "bind :443 ssl crt /infra/certificates/safe.pem alpn h2,http/1.1\n"));
  CHECK(has(text, "frontend db\n  mode tcp\n  bind :5432\n"));
  CHECK(has(text, "hard-stop-after 600000ms\n"));  // as long as the longest drain
  CHECK(has(text, "option httpchk GET \"/up\"\n"));
  CHECK(
      has(text,
          "1-32 slot.invalid:1 init-addr last,127.0.0.1 check inter 5000ms rise 3 fall 2 slowstart 30000ms disabled"));
}

TEST_CASE("a listener without a route for the rest answers 404") {
  CHECK(has(configuration(inputs(), {}), "default_backend no-route\n"));
}

TEST_CASE("the only copy has a place to wait at and no check") {
  const auto text = configuration(inputs(), {});
  const auto backend = text.substr(text.find("backend db.postgres.sql\n  mode"), 400);
  CHECK(has(backend, "retries 60\n"));
  CHECK(has(backend, "1-16 slot.invalid:1 init-addr last,127.0.0.1 disabled\n  server hold 127.0.0.1:1 disabled\n"));
}

TEST_CASE("what is internal listens on its networks' gateways only") {
  const auto text = configuration(inputs(), {"10.0.1.1", "10.0.2.1"});
  CHECK(has(text, "  bind 10.0.1.1:80\n  bind 10.0.2.1:80\n"));
  CHECK_FALSE(has(text, "bind :"));
}

TEST_CASE("an authority's question is answered before any route, where http is spoken") {
  const auto text = configuration(
      record(
          {{"listeners",
            List({record({{"name", "web"}, {"port", 80}, {"protocol", "http"}, {"thumbprint", "xY_-1"}}),
                  record({{"name", "safe"}, {"port", 443}, {"protocol", "https"}, {"hosts", List({"a.example"})}})})},
           {"backends", Map()}}),
      {});
  const auto web = text.find("frontend web");
  const auto answer = text.find(
      "  http-request return status 200 content-type text/plain lf-string \"%[path,field(-1,/)].xY_-1\" if { path_beg "
      "/.well-known/acme-challenge/ }\n");
  const auto safe = text.find("frontend safe");
  REQUIRE(answer != std::string::npos);
  CHECK((web < answer && answer < safe));
  CHECK(text.find("acme-challenge", safe) == std::string::npos);
}

TEST_CASE("a listener answers with its own pages, byte for byte, and with ours for the rest") {
  const auto page =
      record({{"status", 503}, {"content_type", "text/plain"}, {"content", "two\n\"lines\" \\ $x\t# é\n"}});
  const auto text = configuration(
      record({{"listeners",
               List(1, record({{"name", "web"}, {"port", 80}, {"protocol", "http"}, {"pages", List(1, page)}}))},
              {"backends", Map()}}),
      {});
  CHECK(has(text,
            "  http-error status 404 content-type \"text/plain\" string \"no route leads from here\\x0a\" hdr "
            "Cache-Control no-cache\n"
            "  http-error status 503 content-type \"text/plain\" string "
            R"("two\x0a\"lines\" \\ \$x\x09# é\x0a" hdr Cache-Control no-cache)"
            "\n"));
  CHECK(has(text, "backend no-route\n  mode http\n  http-request deny deny_status 404\n"));
}

TEST_CASE("maintenance answers all requests behind an authority's, but for those who are allowed in") {
  const auto listener = [](Map maintenance) {
    return configuration(record({{"listeners", List(1, record({{"name", "web"},
                                                               {"port", 80},
                                                               {"protocol", "http"},
                                                               {"thumbprint", "xY"},
                                                               {"maintenance", std::move(maintenance)}}))},
                                 {"backends", Map()}}),
                         {});
  };
  const auto text = listener(record({{"content_type", "text/plain"},
                                     {"content", "later"},
                                     {"retry_after", Duration{1'500}},
                                     {"allow", List({"10.0.0.0/8", "192.0.2.1/32"})}}));
  const auto answer = text.find(
      "  http-request return status 503 content-type \"text/plain\" string \"later\" hdr Cache-Control no-cache hdr "
      "Retry-After 2 unless { src 10.0.0.0/8 192.0.2.1/32 }\n");
  REQUIRE(answer != std::string::npos);
  CHECK(text.find("acme-challenge") < answer);
  CHECK(has(listener(record({{"content_type", "text/plain"}, {"allow", List()}})),
            "This is being worked on. Try again later.</p>\" hdr Cache-Control no-cache\n"));
}
