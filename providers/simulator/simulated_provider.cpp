#include "providers/simulator/simulated_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <thread>
#include <unordered_set>

#include "providers/engine/engine_types.h"
#include "providers/simulator/simulated_found.h"
#include "providers/simulator/world.h"

namespace infra::simulator {
namespace {

// As `config` of the platform says.
struct Behaviour {
  std::chrono::milliseconds delay{0};
  std::vector<std::string> nodes;
  std::vector<std::string> fail;
  bool pretend = false;  // see ConnectContext
};

Behaviour behaviour_of(const ConnectContext& context) {
  const auto& platform = context.platform;
  Behaviour out{.pretend = context.pretend};
  if (const auto* delay = platform.config["delay"].get<Duration>()) out.delay = std::chrono::milliseconds(delay->ms);
  for (const auto& node : engine::nodes_of(platform)) out.nodes.push_back(node.name);
  if (const auto* fail = platform.config["fail"].list()) {
    for (const auto& address : *fail) {
      if (address.string() != nullptr) out.fail.push_back(*address.string());
    }
  }
  return out;
}

WorldRules rules_of(const ConnectContext& context) {
  WorldRules out;
  if (const auto* seed = context.platform.config["seed"].integer()) out.seed = *seed;
  if (const auto* failure = context.platform.config["failure"].get<Percent>()) out.failure = failure->value / 100;
  return out;
}

class SimulatedProvider : public Provider {
 public:
  SimulatedProvider(Ownership owner, Behaviour behaviour, World world, std::vector<std::string> drained)
      : owner_(std::move(owner)),
        behaviour_(std::move(behaviour)),
        world_(std::move(world)),
        drained_(std::move(drained)) {}

  Result<Observation> observe(const std::vector<KnownObject>& known) override {
    auto objects = world_.observe(owner_);
    if (!objects) return std::move(objects).error();
    if (auto added = add_unlabelled(known, *objects); !added) return std::move(added).error();
    Observation out{.objects = *std::move(objects)};
    for (const auto& node : behaviour_.nodes) {
      out.hosts.push_back({.name = node, .draining = std::binary_search(drained_.begin(), drained_.end(), node)});
    }
    return out;
  }

  Result<std::optional<FoundObject>> read(const std::string& type, const std::string& id,
                                          const Value& wanted) override {
    if (!behaviour_.pretend || type == "image") {
      const auto* node = wanted["node"].string();
      return world_.find_by_name(type, id, node != nullptr ? *node : "");
    }
    auto made = world_.pretend(type, id, wanted);
    if (!made) return std::move(made).error();
    return std::optional(*std::move(made));
  }

  Result<ObjectResult> create(const CreateRequest& request, const Cancel& cancel, const Progress& progress) override {
    if (auto refused = refuse(request.address, request.inputs)) return *std::move(refused);
    say(progress, request.type == "image" ? "building" : "creating");
    if (auto stopped = pass_time(cancel)) return *std::move(stopped);
    auto made = world_.create(owner_, request);
    if (made && request.type == "container" && !request.inputs["health"].is_null()) say(progress, "waiting for health");
    // From here on the object exists: an abort only cuts the waiting.
    if (made) static_cast<void>(pass_time(cancel));
    return made;
  }

  Result<ObjectResult> update(const ExistingObject& existing, const CreateRequest& request, const Cancel& cancel,
                              const Progress& progress) override {
    if (auto refused = refuse(request.address, request.inputs)) return *std::move(refused);
    say(progress, "updating");
    if (auto stopped = pass_time(cancel)) return *std::move(stopped);
    auto updated = world_.update(owner_, existing.id, request);
    if (updated) static_cast<void>(pass_time(cancel));
    return updated;
  }

  Result<Ok> destroy(const ExistingObject& existing, const Cancel& cancel, const Progress& progress) override {
    say(progress, "removing");
    if (auto stopped = pass_time(cancel)) return *std::move(stopped);
    auto removed = world_.destroy(owner_, existing);
    if (removed) static_cast<void>(pass_time(cancel));
    return removed;
  }

 private:
  // Those that are known by an id that none of the objects has. Mostly both are the same, in the same order.
  static std::vector<const KnownObject*> not_among(const std::vector<ObservedObject>& objects,
                                                   const std::vector<KnownObject>& known) {
    std::vector<const KnownObject*> out;
    std::unordered_set<std::string_view> ids;
    std::size_t at = 0;
    for (const auto& object : known) {
      // A set of tasks has its address for its id, and is no object: its tasks are.
      if (object.id.empty() || object.id == object.address.text()) continue;
      if (at < objects.size() && objects[at].id == object.id) {
        ++at;
        continue;
      }
      if (ids.empty()) {
        for (const auto& one : objects) ids.insert(one.id);
      }
      if (!ids.contains(object.id)) out.push_back(&object);
    }
    return out;
  }

  // What is known by id and carries no labels of ours: gone, or imported.
  Result<Ok> add_unlabelled(const std::vector<KnownObject>& known, std::vector<ObservedObject>& objects) {
    const auto labelled = objects.size();
    for (const auto* object : not_among(objects, known)) {
      auto found = world_.find(object->id);
      if (!found) return std::move(found).error();
      if (!*found || (*found)->type != object->type) continue;
      objects.push_back(seen(**found));
      objects.back().address = object->address;
    }
    if (objects.size() > labelled) {
      std::sort(objects.begin(), objects.end(), [](const ObservedObject& a, const ObservedObject& b) {
        return std::tie(a.address, a.id) < std::tie(b.address, b.id);
      });
    }
    return Ok{};
  }

  static void say(const Progress& progress, std::string text) {
    if (progress) progress(std::move(text));
  }

  std::optional<Error> refuse(const Address& address, const Value& inputs) const {
    for (const auto& name : behaviour_.fail) {
      if (name == address.text() || name == address.owner().text()) {
        return Error{.code = "E0614",
                     .message = fmt::format("the simulator was told to fail {}", address.text()),
                     .help = fmt::format("take \"{}\" out of the platform's `fail`", name)};
      }
    }
    const auto* node = inputs["node"].string();
    if (node == nullptr || std::count(behaviour_.nodes.begin(), behaviour_.nodes.end(), *node) != 0) return {};
    return Error{.code = "E0612",
                 .message = fmt::format("the simulator has no node \"{}\"", *node),
                 .help = "raise the platform's `nodes`"};
  }

  // Half of an operation's time lies before its effect and half behind it, so that a run is killed on both sides.
  std::optional<Error> pass_time(const Cancel& cancel) const {
    constexpr std::chrono::milliseconds kSlice{10};
    const auto end = std::chrono::steady_clock::now() + behaviour_.delay / 2;
    for (;;) {
      if (cancel.aborting()) return Error{.code = "E0703", .message = "stopped before it was done"};
      const auto left = std::chrono::duration_cast<std::chrono::microseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0) return std::nullopt;
      std::this_thread::sleep_for(std::min<std::chrono::microseconds>(left, kSlice));
    }
  }

  Ownership owner_;
  Behaviour behaviour_;
  World world_;
  std::vector<std::string> drained_;  // sorted
};

}  // namespace

std::string world_path(const PlatformDecl& platform, const std::string& home) {
  const auto* file = platform.config["file"].string();
  const std::filesystem::path path = file != nullptr ? *file : platform.name + ".world";
  return path.is_absolute() ? path.string() : (std::filesystem::path(home) / path).string();
}

Result<std::unique_ptr<Provider>> connect(ConnectContext context) {
  World world(world_path(context.platform, context.home), rules_of(context));
  return std::unique_ptr<Provider>(
      std::make_unique<SimulatedProvider>(context.owner, behaviour_of(context), std::move(world), context.drained));
}

}  // namespace infra::simulator
