#include "apply/prepare/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "apply/execute/journal.h"
#include "apply/find_by_address.h"
#include "apply/prepare/import_task.h"
#include "base/hash.h"
#include "base/values/codec.h"
#include "planner/decide/orphan.h"
#include "planner/rollout/echo.h"
#include "planner/rollout/task_set.h"

namespace infra {
namespace {

Error refused(std::string message, std::string help) {
  return {.code = "E0714", .message = std::move(message), .help = std::move(help)};
}

// What was read; where the platform doesn't tell, what is declared is taken to be true.
Value inputs_of(const LoweredResource& want, const Value& read) {
  Map out;
  if (read.map() != nullptr) out = *read.map();
  for (const auto& [name, value] : *want.inputs.map()) {
    if (read[name].is_null() && value.known()) out.set(name, value);
  }
  return out;
}

class Importing {
 public:
  Importing(const LoweredGraph& desired, const Providers& providers, const Ownership& owner, const HashKey& key,
            Snapshot& state, Observation& observed)
      : desired_(desired), providers_(providers), owner_(owner), key_(key), state_(state), observed_(observed) {}

  void take(const Import& import) {
    const auto part = part_to_import(desired_, import.address);
    if (!part) return complain(import, part.error());
    if (is_recorded(*part)) return;  // done before: whatever it has become since
    const auto& want = *find_by_address(desired_.resources, *part);
    const auto provider = providers_.find(want.platform);
    if (provider == providers_.end()) return;  // opening it failed, which is reported
    const bool into_set = want.type == kTaskSet;
    if (into_set && !has_one_container(want)) {
      return complain(import, refused(fmt::format("{} has tasks of several containers: a container can't be imported",
                                                  import.address.text()),
                                      "import needs a task of one container"));
    }
    auto found = into_set ? provider->second->read(std::string(kTask), import.id, want.inputs["task"])
                          : provider->second->read(want.type, import.id, want.inputs);
    if (!found) return report.errors.push_back(std::move(found).take_error("importing " + part->text()));
    if (!*found) {
      return complain(import, refused(fmt::format("there is no {} `{}` to import as {}",
                                                  into_set ? "container" : want.type, import.id, import.address.text()),
                                      "give its id or name as the platform shows it"));
    }
    if (auto why = somebody_elses(want, **found)) return complain(import, *why);
    into_set ? record_task(want, **std::move(found)) : record(want, **std::move(found));
  }

  ImportReport report;

 private:
  void complain(const Import& import, const Error& error) {
    report.diagnostics.error(error.code, import.span, error.message, {}, error.help);
  }

  [[nodiscard]] bool is_recorded(const Address& part) const {
    return std::any_of(state_.resources.begin(), state_.resources.end(),
                       [&](const auto& row) { return row.address == part && !row.deposed; });
  }

  [[nodiscard]] std::optional<Error> somebody_elses(const LoweredResource& want, const FoundObject& found) const {
    const auto& id = found.object.id;
    for (const auto& row : state_.resources) {
      if (row.id != id || row.type != want.type || is_orphan(row)) continue;
      return refused(fmt::format("{} `{}` is recorded as {}", want.type, id, row.address.text()),
                     "a recorded object moves with `moved_from` or `infra state mv`");
    }
    const bool nobodys = found.owner.lineage.empty();
    if (nobodys || found.owner == owner_) return std::nullopt;
    return refused(fmt::format("{} `{}` belongs to stack \"{}\" of another state", want.type, id, found.owner.stack),
                   "its labels can't be changed, and that stack would remove it: let this one make its own");
  }

  static bool has_one_container(const LoweredResource& set) {
    const auto* containers = set.inputs["task"]["containers"].map();
    return containers != nullptr && containers->size() == 1;
  }

  void record_task(const LoweredResource& set, FoundObject found) {
    auto rows = imported_task(set, found, key_);
    report.imported.push_back({rows.task.address, rows.task.id});
    forget_mark(rows.task.id);
    found.object.address = rows.task.address;
    found.object.platform = set.platform;
    found.object.type = kTask;
    observe(std::move(found.object));
    add(std::move(rows.task));
    observe(task_set_echo(rows.set, observed_.objects));
    add(std::move(rows.set));
  }

  void add(RecordedResource row) {
    report.records.emplace_back(PutResource{row});
    state_.resources.push_back(std::move(row));
    std::sort(state_.resources.begin(), state_.resources.end(), [](const auto& a, const auto& b) {
      return std::tie(a.address, a.deposed, a.id) < std::tie(b.address, b.deposed, b.id);
    });
  }

  void record(const LoweredResource& want, FoundObject found) {
    const auto inputs = inputs_of(want, found.inputs);
    RecordedResource row{.address = want.address,
                         .type = want.type,
                         .platform = want.platform,
                         .id = found.object.id,
                         .protect = want.options.protect,
                         .keep = want.options.keep,
                         .spec_hash = spec_hash(inputs, key_),
                         .inputs = to_json(inputs, key_),
                         .outputs = to_json(found.object.outputs, key_),
                         .depends_on = want.depends_on};
    report.imported.push_back({row.address, row.id});
    forget_mark(row.id);
    add(std::move(row));
    found.object.address = want.address;
    found.object.platform = want.platform;
    observe(std::move(found.object));
  }

  // It had been orphaned, and comes back.
  void forget_mark(const std::string& id) {
    for (const auto& row : state_.resources) {
      if (row.id == id) report.records.emplace_back(DropResource{row.address, id});
    }
    std::erase_if(state_.resources, [&](const auto& row) { return row.id == id; });
  }

  void observe(ObservedObject object) {
    auto& all = observed_.objects;
    std::erase_if(all, [&](const auto& o) { return o.id == object.id && o.type == object.type; });
    const auto less = [](const ObservedObject& a, const ObservedObject& b) {
      return std::tie(a.address, a.id, a.platform) < std::tie(b.address, b.id, b.platform);
    };
    all.insert(std::upper_bound(all.begin(), all.end(), object, less), std::move(object));
  }

  const LoweredGraph& desired_;
  const Providers& providers_;
  const Ownership& owner_;
  const HashKey& key_;
  Snapshot& state_;
  Observation& observed_;
};

}  // namespace

Result<Address> part_to_import(const LoweredGraph& desired, const Address& address) {
  std::vector<std::string> parts;
  Address only;
  for (const auto& resource : desired.resources) {
    if (resource.address == address) return address;
    if (resource.address.owner() != address.owner()) continue;
    parts.push_back(resource.address.text());
    only = resource.address;
  }
  if (address.is_owner() && parts.size() == 1) return only;
  if (parts.empty()) {
    return refused(fmt::format("nothing that could be imported is declared as {}", address.text()),
                   "declare it first; `infra import --generate` writes a declaration");
  }
  return refused(fmt::format("{} stands for several objects", address.text()),
                 fmt::format("import each with `infra import`: {}", fmt::join(parts, ", ")));
}

ImportReport import_objects(const LoweredGraph& desired, const Providers& providers, const Ownership& owner,
                            const HashKey& key, Snapshot& state, Observation& observed) {
  Importing importing(desired, providers, owner, key, state, observed);
  for (const auto& import : desired.imports) importing.take(import);
  std::sort(importing.report.imported.begin(), importing.report.imported.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  return std::move(importing.report);
}

Result<Ok> record_prelude(const Session& session, const Prepared& prepared) {
  auto batch = opening_records(prepared.plan, prepared.lowered, Ledger(prepared.state, prepared.hash_secret));
  batch.insert(batch.end(), prepared.prelude.begin(), prepared.prelude.end());
  auto serial = session.store.commit(batch);
  if (!serial) return std::move(serial).take_error("recording what was imported");
  return Ok{};
}

}  // namespace infra
