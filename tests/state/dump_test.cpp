#include "state/rows/dump.h"

#include <catch2/catch.hpp>

#include "base/values/codec.h"
#include "tests/state/samples.h"

namespace infra::test {
namespace {

Snapshot small_state() {
  Snapshot out{.lineage = "lineage", .stack = "shop", .serial = {7}};
  auto current = sample_resource(7);
  auto deposed = current;
  deposed.id = "old";
  deposed.deposed = true;
  deposed.protect = false;
  deposed.outputs = "{broken";
  out.resources = {current, deposed};
  out.intents = {sample_intent(6)};
  out.outputs = {sample_output("url", "http://localhost"),
                 {.name = "word", .value = to_json(Value::secret("s3cret"), "lineage"), .secret = true}};
  out.platforms = {sample_platform("laptop")};
  return out;
}

constexpr const char* kDump = R"(stack shop
lineage lineage
serial 7

platform simulator laptop
  config
    nodes = 3

resource service.web["000007"]/0 (protected)
  container on laptop, id id000007
  spec 00000000000000000000000000000007
  needs image.web/laptop.a subnet.main.public["a"]/laptop.a
  inputs
    env = { LOG: "info", TOKEN: ***, WORKERS: 7 }
    image = "localhost:5000/shop/web@sha256:0f3c"
    memory = 512MiB
    name = "web-7"
    network = { aliases: ["web", "www"], mode: "network", name: "shop-main" }
    stop_timeout = 30s
  outputs
    address = "10.0.0.9"
    id = "id000007"

resource service.web["000007"]/0 (deposed)
  container on laptop, id old
  spec 00000000000000000000000000000007
  needs image.web/laptop.a subnet.main.public["a"]/laptop.a
  inputs
    env = { LOG: "info", TOKEN: ***, WORKERS: 7 }
    image = "localhost:5000/shop/web@sha256:0f3c"
    memory = 512MiB
    name = "web-7"
    network = { aliases: ["web", "www"], mode: "network", name: "shop-main" }
    stop_timeout = 30s
  outputs: unreadable

intent create service.api/6 (deposes the current one)
  container on laptop, token token000006
  spec 00000000000000000000000000000006
  needs subnet.a
  inputs
    env = { LOG: "info", TOKEN: ***, WORKERS: 6 }
    image = "localhost:5000/shop/web@sha256:0f3c"
    memory = 512MiB
    name = "web-6"
    network = { aliases: ["web", "www"], mode: "network", name: "shop-main" }
    stop_timeout = 30s

output url = "http://localhost"

output word = ***
)";

}  // namespace

TEST_CASE("a state's dump") { CHECK(dump_state(small_state()) == kDump); }

TEST_CASE("a state's JSON reads back, is complete, and holds no secret") {
  const auto text = state_to_json(small_state());
  const auto value = must(from_plain_json(text));
  CHECK(value["serial"] == Value(7));
  CHECK(value["stack"] == Value("shop"));
  REQUIRE(value["resources"].list() != nullptr);
  REQUIRE(value["resources"].list()->size() == 2);
  const auto& first = value["resources"].list()->front();
  CHECK(first["address"] == Value("service.web[\"000007\"]/0"));
  CHECK(first["inputs"]["memory"] == Value("512MiB"));
  CHECK(first["inputs"]["env"]["TOKEN"] == Value("***"));
  CHECK(first["depends_on"].list()->size() == 2);
  CHECK(value["intents"].list()->front()["operation"] == Value("create"));
  CHECK(value["outputs"].list()->back()["value"] == Value("***"));
  CHECK(value["platforms"].list()->front()["config"]["nodes"] == Value(3));
  CHECK_THAT(text, !Catch::Contains("s3cret"));
  CHECK_THAT(dump_state(small_state()), !Catch::Contains("s3cret"));
}

}  // namespace infra::test
