#include "tests/planner/model_world.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/values/codec.h"
#include "planner/decide/orphan.h"

namespace infra::test {

ModelWorld::ModelWorld() {
  state.lineage = "lineage";
  state.platforms = {{"laptop", "toy", "{}"}};
}

std::string ModelWorld::next_id(const std::string& type) { return fmt::format("{}-{}", type, ++made_); }

Observation ModelWorld::observe() const {
  Observation out;
  std::set<Address> hidden;
  for (const auto& one : unreachable) hidden.insert(one.hidden.begin(), one.hidden.end());
  for (const auto& thing : things) {
    if (!hidden.contains(thing.object.address)) out.objects.push_back(thing.object);
  }
  std::sort(out.objects.begin(), out.objects.end(),
            [](const auto& a, const auto& b) { return std::tie(a.address, a.id) < std::tie(b.address, b.id); });
  out.unreachable = unreachable;
  return out;
}

Thing* ModelWorld::find(const Address& address, const std::string& id) {
  const auto at = std::find_if(things.begin(), things.end(), [&](const Thing& t) {
    return id.empty() ? t.object.address == address : t.object.id == id;
  });
  return at != things.end() ? &*at : nullptr;
}

bool ModelWorld::remove(const Address& address) {
  return std::erase_if(things, [&](const Thing& t) { return t.object.address == address; }) > 0;
}

void ModelWorld::add_stray(const Address& address, const std::string& type, const std::string& platform) {
  const auto id = next_id(type);
  things.push_back({{.address = address,
                     .type = type,
                     .id = id,
                     .token = "token-" + id,
                     .spec_hash = "other",
                     .outputs = Map{},
                     .platform = platform},
                    Map{}});
}

std::string ModelWorld::dump() const {
  std::vector<std::string> lines;
  for (const auto& thing : things) {
    lines.push_back(fmt::format("{} {} {}\n", thing.object.address.text(), thing.object.id, to_source(thing.inputs)));
  }
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, ""));
}

class Run {
 public:
  Run(ModelWorld& world, const Plan& plan, const RunOptions& options) : world_(world), plan_(plan), options_(options) {}

  RunReport run(const LoweredGraph& desired) {
    enum class Fate { waiting, done, failed };
    std::vector<Fate> fates(plan_.steps.size(), Fate::waiting);
    for (;;) {
      std::vector<std::size_t> ready;
      for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
        const auto& after = plan_.steps[i].after;
        const bool free =
            std::all_of(after.begin(), after.end(), [&](std::size_t s) { return fates[s] == Fate::done; });
        if (fates[i] == Fate::waiting && free) ready.push_back(i);
      }
      if (ready.empty()) break;
      const auto next = ready[options_.pick(ready.size())];
      const auto& step = plan_.steps[next];
      const bool fails = options_.fails(plan_.changes[step.change].address, step.kind);
      fates[next] = fails ? Fate::failed : Fate::done;
      if (!fails) perform(step, plan_.changes[step.change]);
    }
    for (const auto fate : fates) {
      report_.done += fate == Fate::done ? 1U : 0U;
      report_.failed += fate == Fate::failed ? 1U : 0U;
      report_.skipped += fate == Fate::waiting ? 1U : 0U;
    }
    if (!plan_.steps.empty() || !plan_.outputs.empty()) record_outputs(desired);
    world_.state.stack = plan_.stack;
    ++world_.state.serial.value;
    return std::move(report_);
  }

 private:
  void perform(const Step& step, const Change& change) {
    switch (step.kind) {
      case Step::create:
        create(step, change);
        break;
      case Step::update:
        update(change);
        break;
      case Step::destroy:
        destroy(change);
        break;
      case Step::forget:
        forget(change);
        break;
      case Step::adopt:
        adopt(change);
        break;
    }
  }

  template <class... A>
  void problem(fmt::format_string<A...> format, A&&... arguments) {
    report_.problems.push_back(fmt::format(format, std::forward<A>(arguments)...));
  }

  Value known_inputs(const Change& change) {
    auto inputs = resolve_with_record(change.after);
    if (!inputs.known()) problem("{} is made of unknown inputs {}", change.address.text(), to_source(inputs));
    return inputs;
  }

  [[nodiscard]] Value resolve_with_record(const Value& value) {
    Value held;
    return resolve(value, [&](const Address& part) -> const Value* {
      const auto* row = current_row(part);
      if (row == nullptr) return nullptr;
      held = *from_json(row->outputs);
      return &held;
    });
  }

  RecordedResource* current_row(const Address& address) {
    auto& rows = world_.state.resources;
    const auto at =
        std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.address == address && !r.deposed; });
    return at != rows.end() ? &*at : nullptr;
  }

  // Its id for its life; what is told of its present form changes with every update.
  static Value outputs_of(const std::string& type, const std::string& id, const std::string& hash) {
    if (type == "image") return Map({{"digest", "sha256:" + hash.substr(0, 6)}, {"url", "registry/" + id}});
    if (type == "container") return Map({{"id", id}, {"address", "address-of-" + id}});
    return Map(std::vector<Entry>{{"id", id}});
  }

  void create(const Step& step, const Change& change) {
    const auto inputs = known_inputs(change);
    const auto hash = spec_hash(inputs, plan_.lineage);
    const auto id = world_.next_id(change.type);
    const auto outputs = outputs_of(change.type, id, hash);
    world_.things.push_back({{.address = change.address,
                              .type = change.type,
                              .id = id,
                              .token = "token-" + id,
                              .spec_hash = hash,
                              .outputs = outputs,
                              .platform = change.platform},
                             inputs});
    if (auto* row = current_row(change.address)) {
      if (step.deposes) row->deposed = true;
    }
    put_row(change, id, hash, inputs, outputs);
  }

  void put_row(const Change& change, const std::string& id, const std::string& hash, const Value& inputs,
               const Value& outputs) {
    auto& rows = world_.state.resources;
    std::erase_if(rows, [&](const auto& r) { return r.address == change.address && !r.deposed; });
    rows.push_back({.address = change.address,
                    .type = change.type,
                    .platform = change.platform,
                    .id = id,
                    .protect = change.protect,
                    .keep = change.keep,
                    .spec_hash = hash,
                    .inputs = to_json(inputs, plan_.lineage),
                    .outputs = to_json(outputs, plan_.lineage),
                    .depends_on = change.depends_on});
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return std::tie(a.address, a.deposed, a.id) < std::tie(b.address, b.deposed, b.id);
    });
  }

  void update(const Change& change) {
    auto* thing = world_.find(change.address, change.id);
    if (thing == nullptr) return problem("{} is updated and not there", change.address.text());
    thing->inputs = known_inputs(change);
    thing->object.spec_hash = spec_hash(thing->inputs, plan_.lineage);
    thing->object.outputs = outputs_of(change.type, change.id, thing->object.spec_hash);
    put_row(change, change.id, thing->object.spec_hash, thing->inputs, thing->object.outputs);
  }

  void adopt(const Change& change) {
    const auto* thing = world_.find(change.address, change.id);
    if (thing == nullptr) return problem("{} is adopted and not there", change.address.text());
    const auto* row = current_row(change.address);
    if (row == nullptr) drop_row(change);  // it had been orphaned
    const auto hash = row != nullptr ? row->spec_hash : thing->object.spec_hash;
    put_row(change, change.id, hash, row != nullptr ? *from_json(row->inputs) : thing->inputs, thing->object.outputs);
  }

  void destroy(const Change& change) {
    const auto* thing = world_.find(change.address, change.id);
    if (thing == nullptr) return problem("{} {} is destroyed and not there", change.address.text(), change.id);
    for (const auto& other : world_.things) {
      if (!is_recorded(other.object)) continue;
      if (other.inputs["network"] == Value(change.id)) {
        problem("{} goes while {} {} is in it", change.id, other.object.address.text(), other.object.id);
      }
    }
    std::erase_if(world_.things, [&](const Thing& t) { return t.object.id == change.id; });
    drop_row(change);
  }

  [[nodiscard]] bool is_recorded(const ObservedObject& object) const {
    const auto& rows = world_.state.resources;
    return std::any_of(rows.begin(), rows.end(), [&](const auto& r) { return r.id == object.id; });
  }

  void forget(const Change& change) {
    const auto* row = current_row(change.address);
    const auto mark = change.orphans && row != nullptr ? std::optional(orphaned(*row)) : std::nullopt;
    drop_row(change);
    if (mark) world_.state.resources.push_back(*mark);
    sort_rows();
  }

  void sort_rows() {
    auto& rows = world_.state.resources;
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return std::tie(a.address, a.deposed, a.id) < std::tie(b.address, b.deposed, b.id);
    });
  }

  void drop_row(const Change& change) {
    std::erase_if(world_.state.resources,
                  [&](const auto& r) { return r.address == change.address && r.id == change.id; });
  }

  void record_outputs(const LoweredGraph& desired) {
    auto& recorded = world_.state.outputs;
    if (plan_.destroy) return recorded.clear();
    std::vector<RecordedOutput> out;
    for (const auto& output : desired.outputs) {
      const auto value = resolve_with_record(output.value);
      if (value.known()) out.push_back({output.name, to_json(value, plan_.lineage), output.secret});
    }
    recorded = std::move(out);
  }

  ModelWorld& world_;
  const Plan& plan_;
  const RunOptions& options_;
  RunReport report_;
};

RunReport ModelWorld::run(const Plan& plan, const LoweredGraph& desired, const RunOptions& options) {
  return Run(*this, plan, options).run(desired);
}

}  // namespace infra::test
