// The planner alone: lowering (by a platform that does nothing itself), and plans of a stack that is as declared and of
// one that isn't there yet. Nothing is parsed.
#include <fmt/format.h>

#include <ctime>

#include "base/hash.h"
#include "base/sources/memory_tree.h"
#include "base/values/codec.h"
#include "planner/planner.h"
#include "planner/render/render.h"

namespace infra {
namespace {

// Of this process alone, so that a busy machine doesn't count.
double processor_ms() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct World {
  LoweredGraph desired;
  Snapshot state;
  Observation observed;
};

Address address_of(std::size_t n) { return {"service", fmt::format("n{:06}", n), "0"}; }

Value inputs_of(std::size_t n, bool refers) {
  Map out({{"command", List{"serve", "--port", "8080"}},
           {"env", Map({{"LOG", "info"}, {"NUMBER", static_cast<std::int64_t>(n)}, {"REGION", "eu"}})},
           {"image", "registry.example.org/shop/web@sha256:0123456789abcdef0123456789abcdef"},
           {"memory", Bytes{512 << 20}},
           {"name", fmt::format("shop-n{}", n)},
           {"ports", List{Map({{"container", 8080}, {"host", 0}, {"name", "http"}})}}});
  if (refers && n > 0) out.set("network", Ref{address_of(n / 2), "id"});
  return out;
}

World make_world(std::size_t count, bool refers) {
  World world;
  world.state.lineage = "lineage";
  for (std::size_t n = 0; n < count; ++n) {
    const auto address = address_of(n);
    std::vector<Address> needs;
    if (n > 0) needs.push_back(address_of(n / 2).owner());  // chains and fans at once: a tree
    world.desired.resources.push_back({.address = address,
                                       .type = "container",
                                       .platform = "sim",
                                       .inputs = inputs_of(n, refers),
                                       .depends_on = needs});
    world.desired.order.push_back(n);
    const auto id = fmt::format("id{}", n);
    const Value outputs = Map({{"id", id}, {"address", "10.0.0.1"}});
    const auto made =
        resolve(inputs_of(n, refers),
                [&, parent = Value(Map({{"id", fmt::format("id{}", n / 2)}}))](const Address&) { return &parent; });
    const auto hash = spec_hash(made, world.state.lineage);
    world.state.resources.push_back({.address = address,
                                     .type = "container",
                                     .platform = "sim",
                                     .id = id,
                                     .spec_hash = hash,
                                     .inputs = to_json(made, world.state.lineage),
                                     .outputs = to_json(outputs, world.state.lineage),
                                     .depends_on = needs});
    world.observed.objects.push_back(
        {.address = address, .type = "container", .id = id, .spec_hash = hash, .outputs = outputs, .platform = "sim"});
  }
  return world;
}

void measure(std::size_t count, bool refers) {
  const auto world = make_world(count, refers);
  const Platforms none({});
  const std::string stack = "bench";
  const PlanInput input{stack, world.desired, world.state, world.observed, none};
  double best_plan = 1e9;
  double best_check = 1e9;
  bool empty = true;
  for (int i = 0; i < 5; ++i) {
    auto start = processor_ms();
    const auto report = make_plan(input);
    best_plan = std::min(best_plan, processor_ms() - start);
    start = processor_ms();
    empty = empty && check_plan(report.plan, input).empty() && report.plan.empty();
    best_check = std::min(best_check, processor_ms() - start);
  }
  World blank{.desired = world.desired, .state = {}, .observed = {}};
  blank.state.lineage = world.state.lineage;
  const PlanInput first{stack, blank.desired, blank.state, blank.observed, none};
  const auto start = processor_ms();
  const auto report = make_plan(first);
  const auto first_plan = processor_ms() - start;
  const bool sound = check_plan(report.plan, first).empty();
  const auto first_check = processor_ms() - start - first_plan;
  fmt::print("{:>7} resources{}: no-op plan {:7.1f} ms, check {:6.1f} ms, first plan {:7.1f} ms, check {:6.1f} ms{}\n",
             count, refers ? " with references" : "", best_plan, best_check, first_plan, first_check,
             empty && sound && report.plan.steps.size() == count ? "" : "  (WRONG RESULT)");
}

// Each declaration becomes one part with the same config.
class EchoPlatform : public Platform {
 public:
  std::string kind() const override { return "echo"; }
  bool serves(std::string_view) const override { return true; }
  const std::vector<Schema>& types() const override { return types_; }
  Lowered lower(const Resource& resource, const LowerContext&, Diagnostics&) const override {
    const auto part = resource.address.with_part("0");
    Lowered out{.resources = {}, .outputs = Map(std::vector<Entry>{{"id", Ref{part, "id"}}})};
    out.resources.push_back({.address = part, .type = "container", .inputs = resource.config});
    return out;
  }
  Result<std::unique_ptr<Provider>> connect(ConnectContext) const override {
    return Error{.code = "E0999", .message = "an echo has no provider"};
  }

 private:
  std::vector<Schema> types_;
};

void measure_lowering(std::size_t count) {
  Graph graph{.stack = "bench", .platforms = {{"sim", "echo", Map{}, {}}}};
  for (std::size_t n = 0; n < count; ++n) {
    const auto owner = address_of(n).owner();
    auto config = *inputs_of(n, false).map();
    std::vector<Address> needs;
    if (n > 0) {
      needs.push_back(address_of(n / 2).owner());
      config.set("network", Ref{needs.front(), "id"});
    }
    graph.resources.push_back({.address = owner, .platform = "sim", .config = config, .depends_on = needs});
    graph.order.push_back(n);
  }
  const Platforms platforms({std::make_shared<const EchoPlatform>()});
  const MemoryTree sources(std::map<std::string, std::string>{});
  Diagnostics diagnostics;
  const auto start = processor_ms();
  const auto lowered = lower(graph, platforms, sources, diagnostics);
  const auto took = processor_ms() - start;
  fmt::print("{:>7} declarations: lowering {:7.1f} ms{}\n", count, took,
             diagnostics.has_errors() || lowered.order.size() != count ? "  (WRONG RESULT)" : "");
}

}  // namespace
}  // namespace infra

int main() {
  infra::measure_lowering(10'000);
  infra::measure_lowering(100'000);
  for (const bool refers : {false, true}) {
    infra::measure(10'000, refers);
    infra::measure(100'000, refers);
  }
}
