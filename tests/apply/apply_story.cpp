#include "tests/apply/apply_story.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "apply/execute/settle.h"

namespace infra::test {
namespace {

Address address_of(const std::string& name) { return {"thing", name, "0"}; }

LoweredResource lowered(const ThingSpec& spec) {
  List needs;
  std::vector<Address> depends_on;
  for (const auto& need : spec.needs) {
    needs.emplace_back(Ref{address_of(need), "id"});
    depends_on.push_back(address_of(need));
  }
  std::sort(depends_on.begin(), depends_on.end());
  return {.address = address_of(spec.name),
          .type = "thing",
          .platform = "sim",
          .inputs = Map({{"value", spec.value}, {"key", spec.key}, {"needs", needs}}),
          .depends_on = depends_on,
          .options = {.protect = spec.protect, .replace = spec.replace}};
}

// In order of dependencies; the specs needn't be.
std::vector<std::size_t> order_of(const std::vector<LoweredResource>& all) {
  std::vector<std::size_t> out;
  std::set<Address> placed;
  while (out.size() < all.size()) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& needs = all[i].depends_on;
      const bool ready = std::all_of(needs.begin(), needs.end(), [&](const auto& n) { return placed.contains(n); });
      if (ready && placed.insert(all[i].address).second) out.push_back(i);
    }
  }
  return out;
}

}  // namespace

LoweredGraph declare(const std::vector<ThingSpec>& things) {
  LoweredGraph out;
  out.platforms.push_back({.name = "sim", .kind = "simulator", .config = Map()});
  for (const auto& spec : things) out.resources.push_back(lowered(spec));
  std::sort(out.resources.begin(), out.resources.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  for (const auto& resource : out.resources) {
    std::vector<Address> needs;
    for (const auto& need : resource.depends_on) needs.push_back(need.owner());
    out.owners.push_back({resource.address.owner(), needs, {}});
    out.outputs.push_back({.name = resource.address.path, .value = Ref{resource.address, "echo"}});
  }
  out.order = order_of(out.resources);
  return out;
}

void RecordingSink::on(const Event& event) {
  if (also) also(event);
  struct Visitor {
    std::vector<std::string>& lines;
    void operator()(const ApplyStarted& e) { lines.push_back(fmt::format("begin {}", e.steps)); }
    void operator()(const StepStarted& e) { lines.push_back("start " + e.address.text()); }
    void operator()(const StepProgress&) {}  // may be lost
    void operator()(const StepDone& e) { lines.push_back("done " + e.address.text()); }
    void operator()(const StepFailed& e) { lines.push_back("failed " + e.address.text() + ": " + e.error.line()); }
    void operator()(const StepSkipped& e) { lines.push_back("skipped " + e.address.text() + ": " + e.reason); }
    void operator()(const Draining& e) { lines.push_back(e.aborting ? "aborting" : "draining"); }
    void operator()(const StateNotice& e) { lines.push_back("notice: " + e.text); }
    void operator()(const ApplyDone& e) {
      lines.push_back(fmt::format("end {} {} {}", e.succeeded, e.failed, e.skipped));
    }
  };
  std::visit(Visitor{lines}, event);
}

bool RecordingSink::has(const std::string& line) const {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

Story::Story() : world(fate), store(fate), platforms_({fake_platform(world)}) {}

Run Story::run(const LoweredGraph& desired) { return go(desired, Mode::apply); }
Run Story::look(const LoweredGraph& desired) { return go(desired, Mode::look); }
Run Story::destroy() { return go(declare({}), Mode::destroy); }

Run Story::go(const LoweredGraph& desired, Mode mode) {
  const std::string stack = "tale";
  Run out;
  Store& used = instead != nullptr ? *instead : store;
  auto state = *used.load();
  const Session session{.sources = sources_, .platforms = platforms_, .store = used, .parallelism = parallelism};
  std::vector<Error> errors;
  const auto providers = open_providers(session, desired, state, {stack, state.lineage}, errors);
  out.observed = observe_all(providers, state, errors);
  REQUIRE(errors.empty());

  auto settled = settle(std::move(state), out.observed);
  out.settled = settled.messages;
  if (mode != Mode::look && !settled.mutations.empty()) {
    auto serial = used.commit(settled.mutations);
    REQUIRE(serial);
    settled.state.serial = *serial;
  }
  const PlanInput input{.stack = stack,
                        .desired = desired,
                        .state = settled.state,
                        .observed = out.observed,
                        .platforms = platforms_,
                        .targets = {},
                        .destroy = mode == Mode::destroy};
  auto report = make_plan(input);
  for (const auto& diagnostic : report.diagnostics.all()) INFO(diagnostic.message);
  REQUIRE_FALSE(report.diagnostics.has_errors());
  CHECK(check_plan(report.plan, input) == std::vector<std::string>{});
  out.plan = std::move(report.plan);
  if (mode == Mode::look) return out;

  sink.lines.clear();
  out.result = execute({.plan = out.plan,
                        .desired = desired,
                        .observed = out.observed,
                        .providers = providers,
                        .state = settled.state,
                        .store = used,
                        .parallelism = parallelism,
                        .new_token = [this] { return fmt::format("token{:06}", ++tokens_); },
                        .calls = calls},
                       cancel, sink);
  if (*out.result) CHECK(settled.state.resources == used.load()->resources);
  return out;
}

void check_in_order(Story& story, const LoweredGraph& desired) {
  std::vector<std::string> wanted, recorded;
  for (const auto& resource : desired.resources) wanted.push_back(resource.address.text());
  CHECK(story.world.addresses() == wanted);
  for (const auto& row : story.store.now_.resources) {
    recorded.push_back(row.address.text());
    CHECK_FALSE(row.deposed);
    CHECK(story.world.things.contains(row.id));
  }
  CHECK(recorded == wanted);
  CHECK(story.store.now_.intents.empty());
  CHECK(story.world.violations == std::vector<std::string>{});
  CHECK(story.store.now_.platforms.size() == (desired.resources.empty() ? 0 : 1));
  const auto again = story.look(desired);
  CHECK(again.plan.empty());
  CHECK(again.settled.empty());
}

}  // namespace infra::test
