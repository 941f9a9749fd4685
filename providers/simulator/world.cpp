#include "providers/simulator/world.h"

#include <fmt/format.h>

#include <mutex>

#include "base/hash.h"
#include "providers/simulator/blueprint.h"
#include "providers/simulator/simulated_found.h"
#include "providers/simulator/tables.h"

namespace infra::simulator {
namespace {

constexpr const char* kFileFault = "E0613";

// The same seed and the same order of operations fail in the same places.
bool is_struck(const WorldRules& rules, std::int64_t turn) {
  if (rules.failure <= 0) return false;
  const std::string hash = keyed_hash(fmt::format("turn {}", turn), fmt::format("seed {} of the world", rules.seed));
  const auto number = std::stoul(hash.substr(0, 8), nullptr, 16);
  return static_cast<double>(number) < rules.failure * 4294967296.0;
}

Error struck(const std::string& what) {
  return {.code = "E0614",
          .message = fmt::format("a simulated fault while {}", what),
          .help = "run again, or lower the platform's `failure`"};
}

Error no_answer(const std::string& what) {
  return {.code = "E0601",
          .message = fmt::format("the simulated node didn't answer while {}", what),
          .help = "run again: what took effect all the same is found by its token"};
}

Result<Blueprint> blueprint_of(Tables& tables, const Wish& wish) {
  const auto& type = wish.request.type;
  if (type == "network") return network_blueprint(tables, wish);
  if (type == "container") return container_blueprint(tables, wish);
  if (type == "acme_account" || type == "certificate") return certificate_blueprint(tables, wish);
  if (type == "balancer_route") return certificate_blueprint(tables, wish);
  if (type == "load_balancer") return load_balancer_blueprint(tables, wish);
  if (type == "image") return image_blueprint(tables, wish);
  if (type == "repository") return repository_blueprint(tables, wish);
  if (type == "task") return task_blueprint(tables, wish);
  if (type == "job_run") return job_blueprint(tables, wish);
  return Error{.code = "E0610", .message = fmt::format("the simulator knows no objects of type \"{}\"", type)};
}

std::string id_of(const WorldRules& rules, std::int64_t turn) {
  return keyed_hash(fmt::format("object {}", turn), fmt::format("world {} of ids", rules.seed));
}

// What becomes of it: told by its image's tag, so that a stack can try out how failing tasks are dealt with.
Health health_of(const CreateRequest& request) {
  if (request.type == "task") return task_health(request.inputs);
  if (request.type == "job_run") return job_health(request.inputs);
  const auto until = text_of(request.inputs["until"]);
  const bool ends = until == "completed" || until == "succeeded";
  return {.now = ends ? Health::completed : Health::healthy, .detail = ends ? "exited with code 0" : ""};
}

Result<ObjectResult> make(Tables& tables, const WorldRules& rules, std::int64_t turn, const Ownership& owner,
                          const CreateRequest& request) {
  auto earlier = tables.find_by_token(owner, request.token);
  if (!earlier) return std::move(earlier).error();
  if (*earlier) return ObjectResult{.id = (*earlier)->id, .outputs = (*earlier)->outputs};
  const std::string id = id_of(rules, turn);
  auto blueprint = blueprint_of(tables, {.request = request, .id = id});
  if (!blueprint) return std::move(blueprint).error();
  const Value outputs = blueprint->outputs;
  auto inserted = tables.insert({.id = id,
                                 .type = request.type,
                                 .node = blueprint->node,
                                 .name = blueprint->name,
                                 .owner = owner,
                                 .address = request.address,
                                 .token = request.token,
                                 .spec_hash = request.spec_hash,
                                 .inputs = request.inputs,
                                 .outputs = outputs,
                                 .health = health_of(request),
                                 .revision = request.revision},
                                *blueprint);
  if (!inserted) return std::move(inserted).error();
  return ObjectResult{.id = id, .outputs = outputs, .health = health_of(request)};
}

Result<ObjectResult> alter(Tables& tables, const Ownership& owner, const std::string& id,
                           const CreateRequest& request) {
  auto found = tables.find(id);
  if (!found) return std::move(found).error();
  if (!*found || (*found)->owner.lineage != owner.lineage || (*found)->owner.stack != owner.stack) {
    return Error{.code = "E0610",
                 .message = fmt::format("{} is gone: there is no {} {}", request.address.text(), request.type, id),
                 .help = "plan again: it will be made anew"};
  }
  auto object = **std::move(found);
  auto blueprint = blueprint_of(tables, {.request = request, .id = id, .exists = true});
  if (!blueprint) return std::move(blueprint).error();
  object.inputs = request.inputs;
  object.spec_hash = request.spec_hash;
  if (!blueprint->outputs.empty()) object.outputs = blueprint->outputs;
  auto changed = tables.change(object, *blueprint);
  if (!changed) return std::move(changed).error();
  return ObjectResult{.id = id, .outputs = object.outputs};
}

Result<Ok> unmake(Tables& tables, const ExistingObject& existing) {
  if (existing.type == "network") {
    auto users = tables.running_on_network(existing.id);
    if (!users) return std::move(users).error();
    if (!users->empty()) {
      return Error{
          .code = "E0609",
          .message = fmt::format("network {} can't be removed: container \"{}\" is on it", existing.id, users->front()),
          .help = "remove the container first"};
    }
  }
  return tables.erase(existing.id);
}

}  // namespace

// One connection, and so one operation of this process at a time; other processes wait in SQLite.
struct World::Inside {
  std::string path;
  WorldRules rules;
  std::mutex mutex;
  std::optional<Tables> tables;

  // nullptr: there is no world yet.
  Result<Tables*> open(bool create) {
    if (!tables) {
      auto opened = Tables::open(path, create);
      if (!opened) return std::move(opened).error();
      if (!*opened) return static_cast<Tables*>(nullptr);
      tables.emplace(**std::move(opened));
    }
    return &*tables;
  }

  // A look; `nothing` is what there is in a world that doesn't exist.
  template <class T, class Look>
  Result<T> look(Look&& body) {
    const std::lock_guard guard(mutex);
    auto opened = open(false);
    if (!opened) return std::move(opened).error();
    return *opened != nullptr ? body(**opened) : Result<T>(T{});
  }

  template <class T, class Body>
  Result<T> transact(Body&& body) {
    const std::lock_guard guard(mutex);
    auto opened = open(true);
    if (!opened) return std::move(opened).error();
    auto transaction = sqlite::Transaction::begin((*opened)->database(), true);
    if (!transaction) return std::move(transaction).error();
    Result<T> result = body(**opened);
    // What was refused has written nothing but that it was asked for, and that is kept.
    if (!result && result.error().code == kFileFault) return result;
    auto committed = transaction->commit();
    if (!committed) return std::move(committed).error();
    return result;
  }

  template <class T, class Effect>
  Result<T> operate(Call call, const std::string& what, Effect&& effect) {
    bool answered = true;
    auto result = transact<T>([&](Tables& world) -> Result<T> {
      auto turn = world.begin_turn(call);
      if (!turn) return std::move(turn).error();
      if (is_struck(rules, turn->number)) return struck(what);
      auto done = effect(world, turn->number);
      if (!done || turn->lost_answers == 0) return done;
      answered = false;
      auto used = world.set_lost_answers(turn->lost_answers - 1);
      if (!used) return std::move(used).error();
      return done;
    });
    if (result && !answered) return no_answer(what);
    return result;
  }
};

World::World(std::string path, WorldRules rules) : inside_(std::make_unique<Inside>()) {
  inside_->path = std::move(path);
  inside_->rules = rules;
}
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

Result<std::vector<ObservedObject>> World::observe(const Ownership& owner) {
  return inside_->look<std::vector<ObservedObject>>([&](Tables& tables) { return tables.owned(owner); });
}

Result<ObjectResult> World::create(const Ownership& owner, const CreateRequest& request) {
  return inside_->operate<ObjectResult>(
      Call::create, fmt::format("creating {}", request.address.text()),
      [&](Tables& tables, std::int64_t turn) { return make(tables, inside_->rules, turn, owner, request); });
}

Result<ObjectResult> World::update(const Ownership& owner, const std::string& id, const CreateRequest& request) {
  return inside_->operate<ObjectResult>(
      Call::update, fmt::format("updating {}", request.address.text()),
      [&](Tables& tables, std::int64_t) { return alter(tables, owner, id, request); });
}

Result<Ok> World::destroy(const Ownership&, const ExistingObject& existing) {
  return inside_->operate<Ok>(Call::destroy, fmt::format("removing {}", existing.address.text()),
                              [&](Tables& tables, std::int64_t) { return unmake(tables, existing); });
}

Result<std::optional<FoundObject>> World::find_by_name(const std::string& type, const std::string& id,
                                                       const std::string& node) {
  bool looked = false;
  auto found = inside_->look<std::optional<FoundObject>>([&](Tables& tables) {
    looked = true;
    return simulator::find_by_name(tables, type, id, node);
  });
  // Where nothing was made yet there still are everybody else's images.
  if (found && !looked && type == "image") return std::optional(image_of_others(id));
  return found;
}

Result<FoundObject> World::pretend(const std::string& type, const std::string& name, const Value& wanted) {
  return inside_->transact<FoundObject>([&](Tables& tables) { return simulator::pretend(tables, type, name, wanted); });
}

Result<std::optional<WorldObject>> World::find(const std::string& id) {
  return inside_->look<std::optional<WorldObject>>([&](Tables& tables) -> Result<std::optional<WorldObject>> {
    auto found = tables.find(id);
    return !found || *found ? found : tables.called(id);
  });
}

Result<std::vector<WorldObject>> World::objects() {
  return inside_->look<std::vector<WorldObject>>([](Tables& tables) { return tables.all(); });
}

Result<Ok> World::disown(const std::string& id) {
  return inside_->transact<Ok>([&](Tables& tables) { return tables.disown(id); });
}

Result<Ok> World::remove(const std::string& id) {
  return inside_->transact<Ok>([&](Tables& tables) { return tables.erase(id); });
}

// A stopped container gives its ports and its address back.
Result<Ok> World::stop(const std::string& id, const std::string& detail) {
  return inside_->transact<Ok>([&](Tables& tables) -> Result<Ok> {
    auto stopped = tables.set_health(id, {.now = Health::stopped, .detail = detail});
    return stopped ? tables.release(id) : std::move(stopped);
  });
}

Result<Ok> World::lose_answers(int count) {
  return inside_->transact<Ok>([&](Tables& tables) { return tables.set_lost_answers(count); });
}

Result<std::map<std::string, std::int64_t>> World::calls() {
  return inside_->look<std::map<std::string, std::int64_t>>([](Tables& tables) { return tables.calls(); });
}

}  // namespace infra::simulator
