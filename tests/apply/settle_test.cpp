#include "apply/execute/settle.h"

#include <catch2/catch.hpp>

namespace infra::test {
namespace {

const Address kApi{"service", "api", "0"};

Intent intent(Operation operation) {
  return {.token = "tok1",
          .operation = operation,
          .address = kApi,
          .type = "container",
          .platform = "laptop",
          .id = operation == Operation::create ? "" : "id1",
          .spec_hash = "new",
          .inputs = R"({"image":"web:2"})",
          .protect = true,
          .depends_on = {{"image", "web", "a"}}};
}

RecordedResource row(const std::string& id = "id1") {
  return {.address = kApi,
          .type = "container",
          .platform = "laptop",
          .id = id,
          .spec_hash = "old",
          .inputs = R"({"image":"web:1"})",
          .outputs = "{}"};
}

ObservedObject object(const std::string& id, const std::string& token) {
  return {.address = kApi, .type = "container", .id = id, .token = token, .outputs = Map({Entry{"name", "api-x"}})};
}

Snapshot state(std::vector<Intent> intents, std::vector<RecordedResource> rows = {}) {
  return {
      .lineage = "lin", .stack = "shop", .serial = {7}, .resources = std::move(rows), .intents = std::move(intents)};
}

Observation seen(std::vector<ObservedObject> objects) { return {.objects = std::move(objects), .unreachable = {}}; }

Observation silent() {
  return {.objects = {}, .unreachable = {{"node a of nodes laptop", Error{.code = "E0601", .message = "no"}, {kApi}}}};
}

using Messages = std::vector<std::string>;

}  // namespace

TEST_CASE("given no intents, settling changes nothing") {
  const auto settled = settle(state({}, {row()}), seen({}));
  CHECK(settled.mutations.empty());
  CHECK(settled.messages.empty());
  CHECK(settled.state.resources.size() == 1);
}

TEST_CASE("given a create whose object is there, we should adopt it as it was asked for") {
  const auto settled = settle(state({intent(Operation::create)}), seen({object("new-id", "tok1")}));
  CHECK(settled.messages == Messages{"adopted service.api/0, which a killed run had created"});
  REQUIRE(settled.state.resources.size() == 1);
  const auto& made = settled.state.resources[0];
  CHECK(made.id == "new-id");
  CHECK(made.spec_hash == "new");
  CHECK(made.inputs == R"({"image":"web:2"})");
  CHECK(made.outputs == R"({"name":"api-x"})");
  CHECK(made.platform == "laptop");
  CHECK(made.protect);
  CHECK(made.depends_on == std::vector<Address>{{"image", "web", "a"}});
  CHECK(settled.state.intents.empty());
  CHECK(settled.mutations.size() == 2);
  CHECK(settled.state.serial == Serial{7});
}

TEST_CASE("given a create beside an old object, adopting should depose the old one") {
  auto create = intent(Operation::create);
  create.deposes = true;
  const auto settled = settle(state({create}, {row("old")}), seen({object("new-id", "tok1"), object("old", "tok0")}));
  REQUIRE(settled.state.resources.size() == 2);
  CHECK(settled.state.resources[0].id == "new-id");
  CHECK_FALSE(settled.state.resources[0].deposed);
  CHECK(settled.state.resources[1].id == "old");
  CHECK(settled.state.resources[1].deposed);
}

TEST_CASE("given a create whose object isn't there, we should drop the intent") {
  // An object of the address with another token is another run's.
  const auto settled = settle(state({intent(Operation::create)}), seen({object("other", "tok0")}));
  CHECK(settled.messages == Messages{"a killed run had not yet created service.api/0"});
  CHECK(settled.state.intents.empty());
  CHECK(settled.state.resources.empty());
}

TEST_CASE("given an intent whose place is silent, we should keep it and block its address") {
  for (const auto operation : {Operation::create, Operation::update, Operation::destroy}) {
    const auto settled = settle(state({intent(operation)}, {row()}), silent());
    CHECK(settled.mutations.empty());
    CHECK(settled.blocked == std::vector<Address>{kApi});
    CHECK(settled.state.intents.size() == 1);
    CHECK(settled.messages == Messages{fmt::format("service.api/0: a killed run's {} can't be settled while node a of "
                                                   "nodes laptop doesn't answer",
                                                   to_text(operation))});
  }
}

TEST_CASE("given an update of something that is there, we should have it updated again") {
  const auto settled = settle(state({intent(Operation::update)}, {row()}), seen({object("id1", "tok0")}));
  CHECK(settled.messages == Messages{"a killed run was updating service.api/0: it is updated again"});
  REQUIRE(settled.state.resources.size() == 1);
  CHECK(settled.state.resources[0].spec_hash.empty());
  CHECK(settled.state.resources[0].inputs == R"({"image":"web:1"})");
  CHECK(settled.state.intents.empty());
}

TEST_CASE("given an update of something that is gone, we should leave the finding of that to the plan") {
  const auto settled = settle(state({intent(Operation::update)}, {row()}), seen({}));
  CHECK(settled.messages == Messages{"a killed run was updating service.api/0, which is gone"});
  CHECK(settled.state.resources == std::vector<RecordedResource>{row()});
  CHECK(settled.state.intents.empty());
}

TEST_CASE("given a destroy of something that is gone, we should drop its row and no other") {
  auto deposed = row("id2");
  deposed.deposed = true;
  const auto settled = settle(state({intent(Operation::destroy)}, {row(), deposed}), seen({object("id2", "t")}));
  CHECK(settled.messages == Messages{"a killed run had destroyed service.api/0"});
  CHECK(settled.state.resources == std::vector<RecordedResource>{deposed});
  CHECK(settled.state.intents.empty());
}

TEST_CASE("given a destroy of something that is there, we should keep its row") {
  const auto settled = settle(state({intent(Operation::destroy)}, {row()}), seen({object("id1", "t")}));
  CHECK(settled.messages == Messages{"a killed run was destroying service.api/0, which is still there"});
  CHECK(settled.state.resources == std::vector<RecordedResource>{row()});
  CHECK(settled.state.intents.empty());
}

TEST_CASE("given a destroy of an object that no record knew, we should only drop the intent") {
  const auto settled = settle(state({intent(Operation::destroy)}), seen({}));
  CHECK(settled.mutations.size() == 1);
  CHECK(settled.state.intents.empty());
}

}  // namespace infra::test
