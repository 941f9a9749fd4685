#include "providers/aws/drift.h"

#include <catch2/catch.hpp>

#include "providers/aws/api/encode.h"
#include "providers/aws/lower/aws_lower.h"

namespace infra::aws {
namespace {

List numbers(std::initializer_list<std::int64_t> all) {
  List out;
  for (const auto one : all) out.emplace_back(one);
  return out;
}

}  // namespace

TEST_CASE("what AWS shows holds what was recorded, whatever it adds and in whatever order") {
  const Value recorded =
      entries({{"min", 100}, {"breaker", entries({{"enable", true}})}, {"ports", numbers({80, 443})}});
  const Value live = entries({{"min", "100"},
                              {"max", 200},
                              {"breaker", entries({{"enable", "true"}, {"rollback", false}})},
                              {"ports", numbers({443, 80})}});
  CHECK(holds(recorded, live));
  CHECK_FALSE(holds(recorded, entries({{"min", 50}, {"breaker", live["breaker"]}, {"ports", live["ports"]}})));
  CHECK_FALSE(holds(numbers({80}), numbers({80, 443})));
  CHECK_FALSE(holds(numbers({80, 80}), numbers({80, 443})));
  CHECK(holds(Value(60), Value(60.0)));
  CHECK(holds(Value(List{}), Value("")));  // XML has no empty list
  CHECK(holds(Value("tg-1"), Value(List{"tg-0", "tg-1"})));
  CHECK_FALSE(holds(Value("tg-1"), Value(List{"tg-0"})));
  CHECK(holds(Value(), Value("what nobody asked for")));
}

TEST_CASE("drift names the input and what is there now") {
  const Value recorded = entries({{"desired", 2}, {"rules", List{entries({{"from", 80}, {"cidr", "10.0.0.0/8"}})}}});
  auto live = entries(
      {{"desired", 5},
       {"rules", List{entries({{"from", 80}, {"cidr", "10.0.0.0/8"}}), entries({{"from", 22}, {"cidr", "0.0.0.0/0"}})}},
       {"retention", 7}});
  auto drift = drift_between(recorded, live, {});
  REQUIRE(drift.size() == 2);
  CHECK(drift[0].text() == "desired (2, now 5)");
  CHECK(drift[1].text() == "rules (added: cidr=0.0.0.0/0 from=22)");
  CHECK(drift_between(recorded, live, {"retention"}).size() == 3);
  live.set("retention", Value());
  CHECK(drift_between(recorded, live, {"retention"}).size() == 2);
}

TEST_CASE("what is ignored is as it was recorded: a container's image, the number of copies") {
  const std::vector<RecordedPart> task = {
      {"definition", R"({"definition":{"containerDefinitions":[{"name":"web","image":"web:7"}]}})"}};
  CHECK(recorded_attribute("task", "container.web.image", task) == Value("web:7"));
  CHECK_FALSE(recorded_attribute("task", "container.proxy.image", task));
  CHECK_FALSE(recorded_attribute("task", "memory", task));
  CHECK(recorded_attribute("service", "desired", {{"service", R"({"desired":3})"}}) == Value(3));
  CHECK(recorded_attribute("service", "desired", {{"service", R"({"initial":4})"}}) == Value(4));
}

}  // namespace infra::aws
