#include "base/values/value.h"

#include <catch2/catch.hpp>

#include "base/hash.h"
#include "base/text/units.h"
#include "base/values/codec.h"

namespace infra {
namespace {

// One of every kind of value that can be recorded.
Value everything() {
  Map m;
  m.set("null", Value());
  m.set("bool", true);
  m.set("int", std::int64_t{-5});
  m.set("float", 0.1);
  m.set("text", "a \"b\" ${c} \n é");
  m.set("bytes", Bytes{512 << 20});
  m.set("duration", Duration{1500});
  m.set("percent", Percent{60});
  m.set("cpu", Cpu::of_units(512));
  m.set("ip", *parse_ip("10.0.0.1"));
  m.set("ip6", *parse_ip("fd00::1"));
  m.set("cidr", *parse_cidr("10.0.0.0/16"));
  m.set("range", Range{2, 10, false});
  m.set("sizes", Range{1024, 2048, true});
  m.set("list", List{1, "x", List{}});
  m.set("$tag", Map());
  m.set("ref", Ref{*Address::parse("image.web"), "digest"});
  m.set("call", Call{"interpolate", {"a", Ref{*Address::parse("image.web"), ""}}});
  m.set("unknown", Unknown{"param x"});
  return m;
}

}  // namespace

TEST_CASE("lossless JSON reads back as the same value") {
  const auto json = to_json(everything(), "key");
  const auto back = from_json(json);
  REQUIRE(back.ok());
  CHECK(*back == everything());
  CHECK(to_json(*back, "key") == json);
}

TEST_CASE("a secret is written as a keyed hash, never as its text") {
  const Value secret = Value::secret("hunter2");
  const auto json = to_json(secret, "lineage");
  CHECK(json.find("hunter2") == std::string::npos);
  CHECK(to_json(secret, "lineage") == json);
  CHECK(to_json(secret, "other") != json);
  CHECK(to_source(secret) == "***");
  CHECK(to_plain_json(secret) == "\"***\"");
  const auto back = from_json(json);
  REQUIRE(back.ok());
  CHECK(to_json(*back, "lineage") == json);  // what was read is written as it was
}

TEST_CASE("the hash in labels never changes") {
  // These stand in the labels of running containers: a change would replace every one of them.
  CHECK(spec_hash(Value("web"), "") == "bd66f36f59e3c686f40002f474ad113d");
  CHECK(spec_hash(everything(), "lineage") == "a748a14da0d889f07f7a0798a50d11aa");
  CHECK(spec_hash(Value("web"), "a") != spec_hash(Value("web"), "b"));
}

TEST_CASE("broken JSON is an error, not a crash") {
  for (const char* text : {"", "{", "[1,", "{\"$bytes\":\"x\"}", "{\"$ip\":\"nonsense\"}", "{\"$nonsense\":1}",
                           "{\"$ref\":\"x\"}", "nul", "{\"$call\":1}"}) {
    INFO(text);
    CHECK_FALSE(from_json(text).ok());
  }
  CHECK_FALSE(from_json(std::string(100'000, '[')).ok());
}

TEST_CASE("units are written as a person would write them") {
  CHECK(format_bytes({512LL << 20}) == "512MiB");
  CHECK(format_bytes({20'000'000'000}) == "20GB");
  CHECK(format_bytes({1}) == "1B");
  CHECK(format_duration({90'000}) == "90s");
  CHECK(format_duration({7LL * 86'400'000}) == "7d");
  CHECK(format_duration({250}) == "250ms");
  CHECK(format_cpu(Cpu::of_units(512)) == "0.5vcpu");
  CHECK(format_percent({60}) == "60%");
  CHECK(parse_bytes("1.5GiB") == Bytes{3LL << 29});
  CHECK(parse_bytes("1_000B") == Bytes{1000});
  CHECK_FALSE(parse_bytes("0.3B"));
  CHECK_FALSE(parse_bytes("9999999999TiB"));
  CHECK(parse_duration("5m") == Duration{300'000});
  CHECK(parse_cpu("0.25vcpu") == Cpu::of_units(256));
}

TEST_CASE("networks are cut and compared") {
  const auto net = *parse_cidr("10.20.0.0/16");
  CHECK(format_cidr(*slice(net, 24, 3)) == "10.20.3.0/24");
  CHECK(slice(net, 24, 256) == std::nullopt);
  CHECK(slice(net, 8, 0) == std::nullopt);
  CHECK(format_ip(*host(net, 5)) == "10.20.0.5");
  CHECK(format_ip(*host(net, -1)) == "10.20.255.255");
  CHECK(host(net, 65536) == std::nullopt);
  CHECK(overlaps(net, *parse_cidr("10.20.5.0/24")));
  CHECK_FALSE(overlaps(net, *parse_cidr("10.21.0.0/16")));
  CHECK_FALSE(overlaps(net, *parse_cidr("fd00::/48")));
  CHECK(format_cidr(*slice(*parse_cidr("fd00::/48"), 64, 258)) == "fd00:0:0:102::/64");
  CHECK_FALSE(parse_cidr("10.0.0.1/16"));
  CHECK(format_cidr(*parse_cidr("10.0.0.1/16", true)) == "10.0.0.0/16");
  for (const char* bad : {"10.0.0.0", "10.0.0.0/33", "10.0.0/8", "x/8", "10.0.0.0/", "10.0.0.0/8x", "256.0.0.0/8"})
    CHECK_FALSE(parse_cidr(bad));
}

TEST_CASE("addresses read back as they are written") {
  for (const char* text :
       {"service.api", "subnet.main.public[\"a/b\"]", "service.api/0/web", "subnet.main.public[\"x\"]/n1"}) {
    const auto address = Address::parse(text);
    REQUIRE(address);
    CHECK(address->text() == text);
  }
  CHECK(Address::parse("subnet.main.public[\"a/b\"]/n1")->part == "n1");
  for (const char* bad : {"", "service", ".x", "service.", "a.b[\"x"}) CHECK_FALSE(Address::parse(bad));
  CHECK(run_time_name("main.public[\"a\"]") == "main-public-a");
  CHECK(run_time_name("Ä_x--y_") == "x-y");
}

TEST_CASE("known() sees what is inside") {
  const Value later = Ref{*Address::parse("image.web"), "digest"};
  CHECK(Value(Ref{*Address::parse("image.web"), ""}).known());
  CHECK_FALSE(later.known());
  CHECK_FALSE(Value(List{1, later}).known());
  Map m;
  m.set("a", Value::secret(later));
  CHECK_FALSE(Value(m).known());
  CHECK(Value(m).has_secret());
}

TEST_CASE("a map keeps its keys sorted and the last of equal ones") {
  const Map m({{"b", 1}, {"a", 2}, {"b", 3}});
  REQUIRE(m.size() == 2);
  CHECK(m.begin()->first == "a");
  CHECK(*m.find("b") == Value(3));
  CHECK(m.find("c") == nullptr);
}

TEST_CASE("what isn't JSON, or nested without end, is refused") {
  for (const auto& text : {std::string("{"), std::string(), std::string("[1,"), std::string(100'000, '[')}) {
    const auto value = from_json(text);
    REQUIRE_FALSE(value);
    CHECK(value.error().code == "E0007");
  }
}

}  // namespace infra
