#include "tests/apply/fake_world.h"

#include <fmt/format.h>

#include <thread>

namespace infra::test {
namespace {

Value outputs_of(const std::string& id, const Value& inputs) { return Map({{"id", id}, {"echo", inputs["value"]}}); }

class FakeProvider : public Provider {
 public:
  FakeProvider(FakeWorld& world, std::string name, Ownership owner)
      : world_(world), name_(std::move(name)), owner_(std::move(owner)) {}
  Result<Observation> observe(const std::vector<KnownObject>& known) override {
    return world_.observe(name_, owner_, known);
  }
  Result<ObjectResult> create(const CreateRequest& request, const Cancel& cancel, const Progress& progress) override {
    return world_.create(name_, owner_, request, cancel, progress);
  }
  Result<ObjectResult> update(const ExistingObject& existing, const CreateRequest& request, const Cancel& cancel,
                              const Progress&) override {
    return world_.update(existing, request, cancel);
  }
  Result<Ok> destroy(const ExistingObject& existing, const Cancel& cancel, const Progress&) override {
    return world_.destroy(existing, cancel);
  }

 private:
  FakeWorld& world_;
  std::string name_;
  Ownership owner_;
};

std::vector<Schema> thing_schema() {
  return {{.name = "thing",
           .attributes = {{.name = "value", .type = types::string()},
                          {.name = "key", .type = types::string(), .change = OnChange::replace},
                          {.name = "needs", .type = types::list(types::string())},
                          {.name = "id", .type = types::string(), .computed = true, .change = OnChange::replace},
                          {.name = "echo", .type = types::string(), .computed = true}}}};
}

class FakePlatform : public Platform {
 public:
  explicit FakePlatform(FakeWorld& world) : world_(world) {}
  std::string kind() const override { return "simulator"; }
  bool serves(std::string_view) const override { return true; }
  const std::vector<Schema>& types() const override { return types_; }
  Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics&) const override {
    LoweredResource thing{.address = resource.address.with_part("0"),
                          .type = "thing",
                          .platform = context.platform.name,
                          .inputs = Map({{"value", to_source(resource.config)}}),
                          .options = resource.options};
    Map outputs;
    if (resource.address.kind == "load_balancer") {
      outputs.set("address", Ref{thing.address, resource.address.path == "mute" ? "never" : "echo"});
    }
    return {.resources = {std::move(thing)}, .outputs = std::move(outputs)};
  }
  Result<std::unique_ptr<Provider>> connect(ConnectContext context) const override {
    world_.opened[context.platform.name] = to_source(context.platform.config["file"]);
    return std::unique_ptr<Provider>(std::make_unique<FakeProvider>(world_, context.platform.name, context.owner));
  }

 private:
  FakeWorld& world_;
  std::vector<Schema> types_ = thing_schema();
};

}  // namespace

// Counts who is inside, and sleeps there.
class FakeWorld::Visit {
 public:
  explicit Visit(FakeWorld& world) : world_(world) {
    const std::lock_guard lock(world_.mutex_);
    world_.most_at_once = std::max(world_.most_at_once, ++world_.at_once_);
  }
  ~Visit() {
    const std::lock_guard lock(world_.mutex_);
    --world_.at_once_;
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

 private:
  FakeWorld& world_;
};

Result<Ok> FakeWorld::enter(const char* operation, const Address& address, const Cancel& cancel) {
  const auto name = address.text();
  std::this_thread::sleep_for(delay);
  while (hanging.contains(name) && !cancel.aborting()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (hanging.contains(name)) return Error{.code = "E0703", .message = "stopped"};
  if (throwing.contains(name)) throw std::runtime_error("a bug");
  const std::lock_guard lock(mutex_);
  log.push_back(fmt::format("{} {}", operation, name));
  if (failing.contains(name))
    return Error{.code = "E0608", .message = fmt::format("{} doesn't want to{}", name, complaint)};
  return Ok{};
}

Observation FakeWorld::observe(const std::string& platform, const Ownership& owner,
                               const std::vector<KnownObject>& known) {
  const std::lock_guard lock(mutex_);
  Observation out;
  if (silent.contains(platform)) {
    out.unreachable.push_back({"platform " + platform, Error{.code = "E0601", .message = "no answer"}, {}});
    for (const auto& object : known) out.unreachable.back().hidden.push_back(object.address);
    return out;
  }
  for (const auto& [id, thing] : things) {
    if (thing.platform != platform || thing.owner.stack != owner.stack || thing.owner.lineage != owner.lineage)
      continue;
    out.objects.push_back(
        {.address = thing.address,
         .type = "thing",
         .id = id,
         .token = thing.token,
         .spec_hash = thing.spec_hash,
         .health = {.now = thing.health.now, .detail = thing.health.now == Health::stopped ? "stopped" : ""},
         .outputs = outputs_of(id, thing.inputs)});
  }
  return out;
}

Result<ObjectResult> FakeWorld::create(const std::string& platform, const Ownership& owner,
                                       const CreateRequest& request, const Cancel& cancel, const Progress& progress) {
  const Visit visit(*this);
  fate_.moment();
  progress("making it");
  if (auto entered = enter("create", request.address, cancel); !entered) return std::move(entered).error();
  std::string id;
  {
    const std::lock_guard lock(mutex_);
    if (!request.inputs.known()) violations.push_back("unknown inputs: " + request.address.text());
    for (const auto& need : request.inputs["needs"].list() != nullptr ? *request.inputs["needs"].list() : List()) {
      if (!things.contains(*need.string())) violations.push_back("made too early: " + request.address.text());
    }
    id = fmt::format("id{:04}", ++next_id_);
    things[id] = {request.address, platform, request.token, request.spec_hash, owner, request.inputs};
  }
  fate_.moment();
  return ObjectResult{id, outputs_of(id, request.inputs)};
}

Result<ObjectResult> FakeWorld::update(const ExistingObject& existing, const CreateRequest& request,
                                       const Cancel& cancel) {
  const Visit visit(*this);
  fate_.moment();
  if (auto entered = enter("update", request.address, cancel); !entered) return std::move(entered).error();
  {
    const std::lock_guard lock(mutex_);
    const auto at = things.find(existing.id);
    if (at == things.end()) return Error{.code = "E0608", .message = "it isn't there"};
    at->second.inputs = request.inputs;
    at->second.spec_hash = request.spec_hash;
  }
  fate_.moment();
  return ObjectResult{existing.id, outputs_of(existing.id, request.inputs)};
}

Result<Ok> FakeWorld::destroy(const ExistingObject& existing, const Cancel& cancel) {
  const Visit visit(*this);
  fate_.moment();
  if (auto entered = enter("destroy", existing.address, cancel); !entered) return std::move(entered).error();
  {
    const std::lock_guard lock(mutex_);
    if (needed(existing.id)) violations.push_back("destroyed while needed: " + existing.address.text());
    things.erase(existing.id);
  }
  fate_.moment();
  return Ok{};
}

bool FakeWorld::needed(const std::string& id) const {
  for (const auto& [other, thing] : things) {
    const auto* needs = thing.inputs["needs"].list();
    if (needs == nullptr) continue;
    if (std::find(needs->begin(), needs->end(), Value(id)) != needs->end()) return true;
  }
  return false;
}

void FakeWorld::remove_by_hand(const std::string& address) {
  std::erase_if(things, [&](const auto& t) { return t.second.address.text() == address; });
}

std::vector<std::string> FakeWorld::addresses() const {
  std::vector<std::string> out;
  for (const auto& [id, thing] : things) out.push_back(thing.address.text());
  std::sort(out.begin(), out.end());
  return out;
}

std::shared_ptr<const Platform> fake_platform(FakeWorld& world) { return std::make_shared<FakePlatform>(world); }

}  // namespace infra::test
