// The record changed by hand, and copied as a whole.
#include "apply/records/state_edit.h"

#include <catch2/catch.hpp>

#include "apply/execute/ledger.h"
#include "apply/records/state_copy.h"
#include "base/values/codec.h"
#include "planner/decide/orphan.h"
#include "state/integrity.h"

namespace infra::test {
namespace {

Address at(const std::string& text) { return *Address::parse(text); }

RecordedResource row(const std::string& address, const std::string& id, std::vector<Address> needs = {}) {
  const Value inputs = Map({{"memory", Bytes{1024}}, {"share", Percent{0.1}}, {"text", "ä\n\"quoted\""}});
  return {.address = at(address),
          .type = "container",
          .platform = "sim",
          .id = id,
          .spec_hash = "hash-" + id,
          .inputs = to_json(inputs, "lineage"),
          .outputs = "{}",
          .depends_on = std::move(needs)};
}

Snapshot state_of(std::vector<RecordedResource> rows) {
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.address, a.deposed, a.id) < std::tie(b.address, b.deposed, b.id);
  });
  Snapshot out;
  out.lineage = "lineage";
  out.stack = "shop";
  out.serial = {7};
  out.resources = std::move(rows);
  out.platforms = {{"sim", "simulator", "{}"}};
  return out;
}

Snapshot after(const Snapshot& state, const Result<StateEdit>& edit) {
  REQUIRE(edit);
  Ledger ledger(state);
  ledger.apply(edit->mutations);
  auto out = ledger.snapshot();
  CHECK(check_snapshot(out) == std::vector<std::string>{});
  return out;
}

std::vector<std::string> addresses(const Snapshot& state) {
  std::vector<std::string> out;
  for (const auto& row : state.resources) out.push_back(row.address.text() + " " + row.id);
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a declaration moves with its parts, what is inside it, and what others say of it") {
  auto old = row("service.api/0", "c1", {at("subnet.net.a/n1")});
  old.deposed = true;
  const auto state = state_of({row("subnet.net.a/n1", "n1"), row("subnet.network.a/n1", "n2"),
                               row("service.api/0", "c2", {at("subnet.net.a")}), old});
  const auto moved = after(state, move_in_state(state, at("vpc.net"), at("vpc.main")));
  CHECK(addresses(moved) ==
        Lines{"service.api/0 c2", "service.api/0 c1", "subnet.main.a/n1 n1", "subnet.network.a/n1 n2"});
  CHECK(moved.resources[0].depends_on == std::vector<Address>{at("subnet.main.a")});
  CHECK(moved.resources[1].depends_on == std::vector<Address>{at("subnet.main.a/n1")});

  const auto back = after(moved, move_in_state(moved, at("vpc.main"), at("vpc.net")));
  CHECK(back.resources == state.resources);
}

TEST_CASE("one part moves alone") {
  const auto state = state_of({row("service.api/0", "c1"), row("service.api/1", "c2")});
  CHECK(addresses(after(state, move_in_state(state, at("service.api/1"), at("service.web/0")))) ==
        Lines{"service.api/0 c1", "service.web/0 c2"});
  CHECK(move_in_state(state, at("service.api/1"), at("service.api/0")).error().code == "E0713");
}

TEST_CASE("what can't move says why") {
  auto state = state_of({row("service.api/0", "c1"), row("service.web/0", "c2")});
  const auto code = [&](const char* from, const char* to) {
    return move_in_state(state, at(from), at(to)).error().code;
  };
  CHECK(code("service.apy", "service.x") == "E0515");
  CHECK(code("service.api", "service.web") == "E0713");
  CHECK(code("service.api", "task.api") == "E0713");
  CHECK(code("service.api", "service.api/0") == "E0713");
  CHECK(code("service.api", "service.api") == "E0713");
  state.intents = {{.token = "t", .operation = Operation::destroy, .address = at("service.api/0"), .id = "c1"}};
  CHECK(code("service.api", "service.x") == "E0713");
  CHECK(code("service.api/0", "service.x/0") == "E0713");
  CHECK(move_in_state(state, at("service.apy"), at("service.x")).error().help == "did you mean service.api?");
}

TEST_CASE("what is forgotten leaves a mark, which can be forgotten, too") {
  const auto state = state_of({row("service.api/0", "c1"), row("service.api/1", "c2")});
  const auto let = after(state, remove_from_state(state, at("service.api/1")));
  REQUIRE(let.resources.size() == 2);
  CHECK_FALSE(is_orphan(let.resources[0]));
  CHECK(is_orphan(let.resources[1]));
  CHECK(addresses(after(let, remove_from_state(let, at("service.api/1")))) == Lines{"service.api/0 c1"});
  CHECK(remove_from_state(state, at("service.x")).error().code == "E0515");
}

TEST_CASE("a copy gives the same state, byte for byte") {
  auto old = row("service.api/0", "c0");
  old.deposed = true;
  auto state = state_of({row("service.api/0", "c1", {at("subnet.net.a[\"x/y\"]/n1")}), old});
  state.resources.front().inputs = R"({"a":1.0,"b":"\u00e4"})";  // written in another way than this program would
  state.intents = {{.token = "t",
                    .operation = Operation::update,
                    .address = at("service.api/0"),
                    .type = "container",
                    .platform = "sim",
                    .id = "c1",
                    .inputs = "{}"}};
  state.outputs = {{"url", R"("http://x")", false}, {"word", R"({"$secret":"hash:1"})", true}};
  const auto copy = state_from_copy(state_copy(state));
  REQUIRE(copy);
  CHECK(*copy == state);
}

TEST_CASE("what is no copy is refused") {
  const auto text = state_copy(state_of({row("service.api/0", "c1")}));
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    INFO(size);
    const auto copy = state_from_copy(std::string_view(text).substr(0, size));
    REQUIRE_FALSE(copy);
    REQUIRE(copy.error().code == "E0516");
  }
  CHECK(state_from_copy("{}").error().code == "E0516");
  CHECK(state_from_copy(R"({"infra_state": 2})").error().message.find("format 2") != std::string::npos);
}

TEST_CASE("a pushed state replaces what is recorded") {
  const auto state = state_of({row("service.api/0", "c1"), row("service.api/1", "c2")});
  auto pushed = state_of({row("service.api/0", "c9"), row("service.web/0", "c2")});
  pushed.outputs = {{"url", "1", false}};
  pushed.serial = {8};
  const auto now = after(state, replace_state(state, pushed, false));
  CHECK(now.resources == pushed.resources);
  CHECK(now.outputs == pushed.outputs);
  CHECK(replace_state(state, state, false)->mutations.empty());
}

TEST_CASE("a state that doesn't belong is not pushed") {
  const auto state = state_of({row("service.api/0", "c1")});
  const auto code = [&](auto change, bool force) {
    auto pushed = state;
    change(pushed);
    const auto edit = replace_state(state, pushed, force);
    return edit ? std::string("taken") : edit.error().code;
  };
  const auto older = [](Snapshot& s) { s.serial = {6}; };
  const auto lineage = [](Snapshot& s) { s.lineage = "other"; };
  const auto stack = [](Snapshot& s) { s.stack = "other"; };
  CHECK(code(older, false) == "E0517");
  CHECK(code(older, true) == "taken");
  CHECK(code(stack, false) == "E0517");
  CHECK(code(stack, true) == "taken");
  CHECK(code(lineage, false) == "E0517");
  CHECK(code(lineage, true) == "taken");
}

TEST_CASE("a state of another lineage is pushed by force, or into a state that nothing was written to") {
  auto pushed = state_of({row("service.api/0", "c9")});
  pushed.lineage = "other";
  const auto state = state_of({row("service.api/0", "c1"), row("service.api/1", "c2")});
  const auto refused = replace_state(state, pushed, false);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().help.find("forgets 2 objects that this state has made") != std::string::npos);
  const auto now = after(state, replace_state(state, pushed, true));
  CHECK(now.lineage == "other");
  CHECK(now.resources == pushed.resources);
  Snapshot blank;
  blank.lineage = "new";
  CHECK(after(blank, replace_state(blank, pushed, false)).lineage == "other");
}

}  // namespace infra::test
