// Random stacks, records and worlds: every plan is sound, leads to what is declared in whatever order its steps run,
// and leaves nothing to do. INFRA_SEED repeats one round; INFRA_ROUNDS makes more.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>

#include "planner/render/render.h"
#include "tests/planner/toy_stack.h"

namespace infra::test {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t fallback) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : fallback;
}

class Round {
 public:
  explicit Round(std::uint64_t seed) : random_(seed) { world_.state.platforms.push_back({"cloud", "toy", "{}"}); }

  void play() {
    stack_.platforms.push_back({"cloud", "toy", Map{}, {}});
    change_stack(8);
    for (int turn = 0; turn < 6; ++turn) {
      change_stack(3);
      disturb();
      if (below(3) == 0) run_partly();
      settle_down();
    }
    destroy_all();
  }

 private:
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }

  // Numbers make the order of dependencies: an owner needs only smaller ones, so there is never a cycle. Which number
  // has which type is fixed, but whether it is declared and what it needs changes from turn to turn.
  static std::string name(std::size_t n) {
    static constexpr const char* kKinds[] = {"subnet", "image", "service", "task", "disk", "service"};
    return fmt::format("{}.n{}", kKinds[n % 6], n);
  }

  void change_stack(int changes) {
    for (int i = 0; i < changes; ++i) {
      const auto n = below(kOwners);
      chance(25) ? stack_.remove(name(n)) : declare(n);
    }
    // A reference to what was removed would not compile.
    for (auto& [address, resource] : stack_.resources) {
      std::erase_if(resource.depends_on, [&](const Address& a) { return !stack_.resources.contains(a); });
    }
    for (std::size_t n = 0; n < kOwners; ++n) {
      const auto found = stack_.resources.find(at(name(n)));
      if (found == stack_.resources.end()) continue;
      std::vector<Ref> refs;
      collect_refs(found->second.config, refs);
      const bool whole =
          std::all_of(refs.begin(), refs.end(), [&](const Ref& r) { return stack_.resources.contains(r.address); });
      if (!whole) declare(n);
    }
  }

  [[nodiscard]] std::vector<std::string> declared_below(std::size_t n, const std::string& kind) const {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < n; ++i) {
      const bool fits = kind.empty() || name(i).starts_with(kind);
      if (fits && stack_.resources.contains(at(name(i)))) out.push_back(name(i));
    }
    return out;
  }

  void declare(std::size_t n) {
    Map made;
    if (n % 6 == 0) made = config({{"type", "network"}, {"cidr", static_cast<std::int64_t>(below(3))}});
    if (n % 6 == 1) made = config({{"type", "image"}, {"tag", static_cast<std::int64_t>(below(3))}});
    if (n % 6 == 2 || n % 6 == 5) made = service(n);
    if (n % 6 == 4) {
      made = config({{"type", "disk"},
                     {"size", static_cast<std::int64_t>(below(3))},
                     {"zone", static_cast<std::int64_t>(below(2))}});
    }
    std::vector<std::string> needs;
    for (const auto& other : declared_below(n, "")) {
      if (chance(20)) needs.push_back(other);
    }
    auto& resource = stack_.declare(name(n), std::move(made), needs);
    resource.platform = chance(10) ? "cloud" : "laptop";
    resource.options.protect = chance(4);
    constexpr Replace kReplace[] = {Replace::by_platform, Replace::create_first, Replace::destroy_first};
    resource.options.replace = kReplace[below(3)];
    if (chance(10)) resource.options.ignore = {"memory"};
  }

  Map service(std::size_t n) {
    Map made = config({{"type", "container"},
                       {"parts", static_cast<std::int64_t>(below(4))},
                       {"memory", static_cast<std::int64_t>(below(3))}});
    if (chance(20)) made.set("sidecar", true);
    if (chance(20)) made.set("guard", true);
    if (chance(20)) made.set("password", Value::secret(fmt::format("p{}", below(2))));
    const auto networks = declared_below(n, "subnet");
    if (!networks.empty() && chance(70)) made.set("network", ref(networks[below(networks.size())], "id"));
    const auto images = declared_below(n, "image");
    if (images.empty() || chance(30)) {
      made.set("image", fmt::format("web:{}", below(3)));
    } else {
      const auto& image = images[below(images.size())];
      made.set("image", chance(50) ? ref(image, "url") : Value(Call{"+", {"web@", ref(image, "digest")}}));
    }
    return made;
  }

  void disturb() {
    for (std::size_t i = below(3); i > 0 && !world_.things.empty(); --i) {
      auto& thing = world_.things[below(world_.things.size())];
      switch (below(4)) {
        case 0:
          world_.remove(thing.object.address);
          break;
        case 1:
          thing.object.health.now = Health::stopped;
          break;
        case 2:
          thing.object.health.now = Health::unhealthy;
          break;
        default: {
          const auto address = thing.object.address;
          const auto type = thing.object.type;
          world_.add_stray(address, type, chance(80) ? "laptop" : "cloud");
        }
      }
    }
    if (chance(10)) world_.add_stray(at("service.ghost/0"), "container", "laptop");
    if (chance(15) && !world_.state.resources.empty()) {
      auto& rows = world_.state.resources;
      rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(below(rows.size())));
      clean_ = false;
    }
  }

  Planned sound_plan(bool destroy = false) {
    auto planned = stack_.plan(world_, {}, destroy);
    for (const auto& breach : planned.breaches) FAIL_CHECK("breach: " << breach << "\n" << dump_plan(planned.plan));
    check_deterministic(planned, destroy);
    return planned;
  }

  void check_deterministic(const Planned& planned, bool destroy) {
    ModelWorld shuffled = world_;
    std::shuffle(shuffled.things.begin(), shuffled.things.end(), random_);
    std::shuffle(shuffled.state.resources.begin(), shuffled.state.resources.end(), random_);
    const auto again = stack_.plan(shuffled, {}, destroy);
    CHECK(dump_plan(again.plan) == dump_plan(planned.plan));
    CHECK(plan_digest(again.plan) == plan_digest(planned.plan));
    CHECK(render_plan_json(again.plan) == render_plan_json(planned.plan));
  }

  RunReport run(const Planned& planned, RunOptions options = {}) {
    options.pick = [this](std::size_t ready) { return below(ready); };
    auto report = world_.run(planned.plan, planned.lowered, options);
    for (const auto& problem : report.problems) {
      // Where a record was lost, nobody knows who uses what.
      if (clean_ || problem.find(" goes while ") == std::string::npos) {
        FAIL_CHECK("problem: " << problem << "\n" << dump_plan(planned.plan));
      }
    }
    return report;
  }

  void lift_protection() {
    for (auto& [address, resource] : stack_.resources) resource.options.protect = false;
    for (auto& row : world_.state.resources) row.protect = false;
  }

  Planned applicable_plan(bool destroy = false) {
    auto planned = sound_plan(destroy);
    if (planned.diagnostics.all().empty()) return planned;
    for (const auto& d : planned.diagnostics.all()) CHECK((d.code == "E0702" || d.severity == Severity::warning));
    lift_protection();
    return sound_plan(destroy);
  }

  void run_partly() {
    const auto planned = applicable_plan();
    run(planned, {.fails = [this](const Address&, Step::Kind) { return chance(25); }});
  }

  void settle_down() {
    const auto planned = applicable_plan();
    REQUIRE_FALSE(planned.diagnostics.has_errors());
    const auto report = run(planned);
    CHECK(report.skipped == 0);
    const auto again = sound_plan();
    if (!again.plan.empty())
      FAIL_CHECK("not settled:\n" << dump_plan(again.plan) << render_plan(again.plan, {.detail = true}));
    check_world(again.lowered);
    clean_ = true;
  }

  // One healthy object for each declared part, and nothing else.
  void check_world(const LoweredGraph& desired) {
    std::vector<std::string> wanted, found;
    for (const auto& part : desired.resources) wanted.push_back(part.address.text() + " " + part.platform);
    for (const auto& thing : world_.things) {
      CHECK(thing.object.health.now == Health::healthy);
      found.push_back(thing.object.address.text() + " " + thing.object.platform);
    }
    std::sort(found.begin(), found.end());
    std::sort(wanted.begin(), wanted.end());
    CHECK(found == wanted);
    CHECK(world_.state.resources.size() == wanted.size());
  }

  void destroy_all() {
    lift_protection();
    run(sound_plan(true));
    CHECK(world_.things.empty());
    CHECK(world_.state.resources.empty());
    CHECK(sound_plan(true).plan.empty());
  }

  static constexpr std::size_t kOwners = 18;
  std::mt19937_64 random_;
  ToyStack stack_;
  ModelWorld world_;
  bool clean_ = true;
};

TEST_CASE("random stacks, records and worlds") {
  const auto one = number_from("INFRA_SEED", 0);
  const auto rounds = number_from("INFRA_ROUNDS", 150);
  const auto start = one != 0 ? one : std::random_device{}() + 1ULL;
  for (std::uint64_t seed = start; seed < start + (one != 0 ? 1 : rounds); ++seed) {
    INFO("INFRA_SEED=" << seed);
    Round(seed).play();
  }
}

}  // namespace
}  // namespace infra::test
