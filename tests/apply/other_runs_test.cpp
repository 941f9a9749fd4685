// What other runs have under way is neither drift nor left over.
#include "apply/prepare/other_runs.h"

#include <catch2/catch.hpp>

#include "base/values/codec.h"

namespace infra::test {
namespace {

Address parsed_at(const std::string& text) { return *Address::parse(text); }

RecordedResource row(const std::string& address, const std::string& id) {
  return {.address = parsed_at(address),
          .type = "container",
          .platform = "sim",
          .id = id,
          .spec_hash = "h-" + id,
          .inputs = "{}",
          .outputs = to_json(Map({{"port", 80}}), {})};
}

ObservedObject object(const std::string& address, const std::string& id, const std::string& token = "") {
  return {.address = parsed_at(address), .type = "container", .id = id, .token = token, .outputs = Map()};
}

Intent intent(Operation operation, const std::string& address, const std::string& token, const std::string& id,
              std::uint64_t fence) {
  return {.token = token,
          .operation = operation,
          .address = parsed_at(address),
          .type = "container",
          .platform = "sim",
          .id = id,
          .fence = fence};
}

Lease lease(std::uint64_t fence) {
  return {.fence = fence,
          .holder = {.user = "anna", .host = "desk", .command = "infra apply app", .process = 12, .since = "today"}};
}

std::string ids(const Observation& observed) {
  std::string out;
  for (const auto& one : observed.objects) out += (out.empty() ? "" : " ") + one.id + (is_fine(one.health) ? "" : "!");
  return out;
}

}  // namespace

TEST_CASE("a run is named with what it has under way") {
  const Snapshot state{.intents = {intent(Operation::create, "service.api/1", "b", "", 7),
                                   intent(Operation::destroy, "service.api/0", "a", "c-0", 7),
                                   intent(Operation::create, "service.web/0", "c", "", 3)},
                       .leases = {lease(7)}};
  const auto runs = other_runs(state);
  REQUIRE(runs.size() == 1);
  CHECK(in_words(runs[0]) ==
        "anna on desk runs `infra apply app` (process 12, since today): destroying service.api/0, creating "
        "service.api/1.");
  CHECK(in_words({.who = lease(1).holder, .under_way = {}}).ends_with("; nothing is under way at the moment."));
  OtherRun busy{.who = lease(1).holder, .under_way = {}};
  for (int i = 0; i < 9; ++i)
    busy.under_way.push_back({Operation::update, parsed_at("service.api/" + std::to_string(i))});
  CHECK(in_words(busy).ends_with("updating service.api/4 and 4 more."));
}

TEST_CASE("what a living run is creating isn't there yet, and what a dead one created is") {
  Observation observed{.objects = {object("service.api/0", "c-0", "living"), object("service.api/1", "c-1", "dead")}};
  const Snapshot state{.intents = {intent(Operation::create, "service.api/1", "dead", "", 3),
                                   intent(Operation::create, "service.api/0", "living", "", 7)},
                       .leases = {lease(7)}};
  show_as_recorded(observed, state, state);
  CHECK(ids(observed) == "c-1");
}

TEST_CASE("what a living run is destroying stands until its record is gone") {
  Observation observed;
  const Snapshot state{.resources = {row("service.api/0", "c-0"), row("service.api/1", "c-1")},
                       .intents = {intent(Operation::destroy, "service.api/0", "t", "c-0", 7)},
                       .leases = {lease(7)}};
  show_as_recorded(observed, state, state);
  CHECK(ids(observed) == "c-0");  // the other is gone, and that is drift
  CHECK(observed.objects.front().spec_hash == "h-c-0");
  CHECK(to_json(observed.objects.front().outputs, {}) == state.resources.front().outputs);
}

TEST_CASE("what a living run is updating is as recorded, whatever it looks like meanwhile") {
  Observation observed{.objects = {object("service.api/0", "c-0"), object("service.api/1", "c-1")}};
  for (auto& one : observed.objects) one.health = {.now = Health::stopped};
  const Snapshot state{.resources = {row("service.api/0", "c-0"), row("service.api/1", "c-1")},
                       .intents = {intent(Operation::update, "service.api/0", "t", "c-0", 7)},
                       .leases = {lease(7)}};
  show_as_recorded(observed, state, state);
  CHECK(ids(observed) == "c-0 c-1!");
}

TEST_CASE("what a living run has replaced is its own to remove, and without one it is left over") {
  auto old = row("service.api/0", "old");
  old.deposed = true;
  Snapshot state{.resources = {row("service.api/0", "new"), old}};
  Observation observed{.objects = {object("service.api/0", "new"), object("service.api/0", "old")}};
  leave_deposed_to_others(state, observed);
  CHECK(state.resources.size() == 2);
  state.leases = {lease(7)};
  leave_deposed_to_others(state, observed);
  CHECK(state.resources.size() == 1);
  CHECK(ids(observed) == "new");
}

TEST_CASE("what was made and removed while the world was looked at is as the newer record says") {
  Observation observed{.objects = {object("service.api/0", "old"), object("service.api/2", "stray")}};
  const Snapshot before{.resources = {row("service.api/0", "old")}};
  const Snapshot now{.resources = {row("service.api/1", "new")}};
  show_as_recorded(observed, before, now);
  CHECK(ids(observed) == "new stray");
}

}  // namespace infra::test
