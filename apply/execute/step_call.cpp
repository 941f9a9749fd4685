#include "apply/execute/step_call.h"

#include <fmt/format.h>

#include <algorithm>

#include "apply/deployments/sealed_task.h"
#include "apply/execute/journal.h"
#include "base/hash.h"
#include "base/values/codec.h"
#include "planner/decide/orphan.h"
#include "planner/rollout/assemble.h"
#include "planner/rollout/task_set.h"
#include "providers/fetches_images.h"

namespace infra {
namespace {

Operation operation_of(Step::Kind kind) {
  if (kind == Step::create) return Operation::create;
  return kind == Step::update ? Operation::update : Operation::destroy;
}

// Sorted by address: an observed object that has no row is found by its address and id.
const ObservedObject* find_observed(const Observation& observed, const Change& change) {
  const auto& all = observed.objects;
  auto at = std::lower_bound(all.begin(), all.end(), change.address,
                             [](const auto& o, const auto& a) { return o.address < a; });
  for (; at != all.end() && at->address == change.address; ++at) {
    if (at->id == change.id && at->platform == change.platform) return &*at;
  }
  return nullptr;
}

Result<ExistingObject> existing_object(const Execution& execution, const Change& change, const Ledger& ledger) {
  ExistingObject out{
      .address = change.address, .type = change.type, .id = change.id, .inputs = Map(), .outputs = Map()};
  const auto* row = ledger.object(change.address, change.id);
  if (row == nullptr) {
    const auto* object = find_observed(execution.observed, change);
    if (object != nullptr) out.outputs = object->outputs;
    return out;
  }
  auto inputs = from_json(row->inputs);
  if (!inputs)
    return std::move(inputs).take_error(fmt::format("reading the recorded inputs of {}", change.address.text()));
  auto outputs = from_json(row->outputs);
  if (!outputs) {
    return std::move(outputs).take_error(fmt::format("reading the recorded outputs of {}", change.address.text()));
  }
  out.inputs = *std::move(inputs);
  out.outputs = *std::move(outputs);
  return out;
}

// What is common to the intents of all steps of a change.
Intent blank_intent(const Execution& execution, const Change& change, Operation operation) {
  return {.token = execution.new_token(),
          .operation = operation,
          .address = change.address,
          .type = change.type,
          .platform = change.platform,
          .id = operation == Operation::create ? std::string() : change.id,
          .protect = change.protect,
          .keep = change.keep,
          .depends_on = change.depends_on,
          .fence = execution.fence};
}

// What was seen, for each output whose recorded value is another.
Result<std::vector<Mutation>> take_over_outputs(const Execution& execution, const Change& change, RecordedResource row,
                                                const Ledger& ledger) {
  auto outputs = from_json(row.outputs);
  if (!outputs) {
    return std::move(outputs).take_error(fmt::format("reading the recorded outputs of {}", change.address.text()));
  }
  auto members = outputs->map() != nullptr ? *outputs->map() : Map();
  const auto* object = find_observed(execution.observed, change);
  for (const auto& attribute : change.attributes) {
    const auto* seen = object != nullptr && object->outputs.map() != nullptr ? object->outputs.map() : nullptr;
    const auto name = attribute.path.substr(0, attribute.path.find_first_of(".["));
    if (seen != nullptr && seen->find(name) != nullptr) members.set(name, *seen->find(name));
  }
  row.outputs = to_json(Value(std::move(members)), ledger.hash_key());
  return std::vector<Mutation>{PutResource{std::move(row)}};
}

void forget_gone_tasks(const Execution& execution, const Address& service, const Ledger& ledger,
                       std::vector<Mutation>& out) {
  const auto rows = ledger.rows_of(service);
  std::vector<const RecordedResource*> tasks;
  for (const auto& row : rows) {
    if (row.type == kTask && !row.deposed) tasks.push_back(&row);
  }
  std::vector<const ObservedObject*> seen;
  for (const auto& object : execution.observed.objects) {
    if (object.type == kTask) seen.push_back(&object);
  }
  std::vector<std::string> unreachable;
  for (const auto& one : execution.observed.unreachable) unreachable.push_back(one.node);
  std::sort(unreachable.begin(), unreachable.end());
  for (const auto* row : gone_tasks({.rows = tasks, .observed = seen}, unreachable)) {
    out.push_back(DropResource{row->address, row->id});
  }
}

// A set that is kept leaves its tasks running, and nobody decides about them any more.
void orphan_tasks(const Address& service, const Ledger& ledger, std::vector<Mutation>& out) {
  for (const auto& row : ledger.rows_of(service)) {
    if (row.type != kTask || row.deposed) continue;
    out.push_back(DropResource{row.address, row.id});
    out.push_back(PutResource{orphaned(row)});
  }
  out.push_back(DropDeployment{service.text()});
}

// A hook is its record. A trial run keeps nothing to run.
Result<std::vector<Mutation>> record_hook(const Execution& execution, const Step& step, Ledger& ledger) {
  const auto& change = execution.plan.changes[step.change];
  if (step.kind == Step::destroy) return std::vector<Mutation>{DropResource{change.address, change.id}};
  auto inputs = resolve_inputs(change, ledger);
  if (!inputs) return std::move(inputs).error();
  RecordedResource row{.address = change.address,
                       .type = change.type,
                       .platform = change.platform,
                       .id = change.address.text(),
                       .protect = change.protect,
                       .keep = change.keep,
                       .spec_hash = spec_hash(*inputs, ledger.hash_key()),
                       .inputs = to_json(*inputs, ledger.hash_key()),
                       .outputs = "{}",
                       .depends_on = change.depends_on};
  if (execution.keys == nullptr) return std::vector<Mutation>{PutResource{std::move(row)}};
  auto box = seal_task(*inputs, place_of_hook(ledger.lineage(), row.spec_hash), *execution.keys);
  if (!box) return std::move(box).take_error("keeping what runs before the deletion");
  return std::vector<Mutation>{PutResource{with_box(std::move(row), *std::move(box))}};
}

// What is destroyed to make way for its replacement goes once that one's image is there. What isn't known yet by then
// is left to its creation.
void fetch_what_comes(const Change& change, Ledger& ledger, ProviderCall& call) {
  if (change.action != Action::replace || dynamic_cast<FetchesImages*>(call.provider) == nullptr) return;
  auto inputs = resolve_inputs(change, ledger);
  if (!inputs) return;
  call.makes_way = true;
  call.fetch.push_back(
      {.address = change.address, .type = change.type, .inputs = *std::move(inputs), .spec_hash = {}, .token = {}});
}

// What is removed in the end of a run before a deletion is what that run has made.
Change change_of_step(const Change& planned, const Ledger& ledger) {
  auto out = planned;
  const auto* row = planned.ends ? ledger.current(planned.address) : nullptr;
  if (row != nullptr) out.id = row->id;
  return out;
}

}  // namespace

Result<Value> resolve_inputs(const Change& change, Ledger& ledger) {
  std::vector<std::string> problems;
  auto inputs = resolve(
      change.after, [&](const Address& a) { return ledger.outputs(a); }, &problems);
  if (inputs.known()) return inputs;
  Error error{.code = "E0701",
              .message = fmt::format("the inputs of {} can't be worked out", change.address.text()),
              .help = "look at the outputs of what it refers to"};
  for (const auto& [name, value] : inputs.map() != nullptr ? *inputs.map() : Map()) {
    if (value.known()) continue;
    error.message = fmt::format("`{}` of {} can't be worked out", name, change.address.text());
    break;
  }
  if (!problems.empty()) {
    error.code = "E0706";
    error.message += ": " + problems.front();
  }
  return error;
}

Result<PreparedCall> prepare_call(const Execution& execution, std::size_t index, Ledger& ledger) {
  const auto& step = execution.plan.steps[index];
  const auto change = change_of_step(execution.plan.changes[step.change], ledger);
  const auto operation = operation_of(step.kind);
  const auto provider = execution.providers.find(change.platform);
  if (provider == execution.providers.end()) {
    return Error{.code = "E0699",
                 .message = fmt::format("no platform \"{}\" is open for {}", change.platform, change.address.text())};
  }
  PreparedCall out{.intent = blank_intent(execution, change, operation),
                   .call = {.call = index, .operation = operation, .provider = provider->second.get()}};
  if (operation != Operation::create) {
    auto existing = existing_object(execution, change, ledger);
    if (!existing) return std::move(existing).error();
    out.call.existing = *std::move(existing);
  }
  if (operation == Operation::destroy) {
    const auto* row = ledger.object(change.address, change.id);
    if (row != nullptr) out.intent.inputs = row->inputs;
    fetch_what_comes(change, ledger, out.call);
    return out;
  }
  auto inputs = resolve_inputs(change, ledger);
  if (!inputs) return std::move(inputs).error();
  out.intent.deposes = step.deposes;
  out.intent.spec_hash = spec_hash(*inputs, ledger.hash_key());
  out.intent.inputs = to_json(*inputs, ledger.hash_key());
  out.call.request = {.address = change.address,
                      .type = change.type,
                      .inputs = *std::move(inputs),
                      .spec_hash = out.intent.spec_hash,
                      .token = out.intent.token};
  return out;
}

Result<std::vector<Mutation>> record_only(const Execution& execution, const Step& step, Ledger& ledger) {
  const auto& change = execution.plan.changes[step.change];
  const bool of_hook = change.type == kDeleteHook && step.kind != Step::forget && step.kind != Step::adopt;
  if (of_hook) return record_hook(execution, step, ledger);
  const auto* row = ledger.object(change.address, change.id);
  if (step.kind == Step::forget) {
    std::vector<Mutation> out{DropResource{change.address, change.id}};
    if (change.orphans && row != nullptr && row->type == kTaskSet) {
      orphan_tasks(change.address.owner(), ledger, out);
    } else if (change.orphans && row != nullptr) {
      out.push_back(PutResource{orphaned(*row)});
    }
    return out;
  }
  if (row != nullptr && !row->deposed) {
    auto fresh = *row;
    fresh.protect = change.protect;
    fresh.keep = change.keep;
    fresh.depends_on = change.depends_on;
    if (change.refresh) {
      auto out = take_over_outputs(execution, change, std::move(fresh), ledger);
      if (out && change.type == kTaskSet) forget_gone_tasks(execution, change.address.owner(), ledger, *out);
      return out;
    }
    return std::vector<Mutation>{PutResource{std::move(fresh)}};
  }
  const auto* object = find_observed(execution.observed, change);
  if (object == nullptr) {
    return Error{.code = "E0699", .message = fmt::format("nothing was observed to adopt as {}", change.address.text())};
  }
  auto inputs = resolve_inputs(change, ledger);
  if (!inputs) return std::move(inputs).error();
  auto intent = blank_intent(execution, change, Operation::create);
  intent.spec_hash = spec_hash(*inputs, ledger.hash_key());
  intent.inputs = to_json(*inputs, ledger.hash_key());
  auto out = record_success(intent, {.id = object->id, .outputs = object->outputs}, ledger);
  out.erase(out.begin());                                                                // there was no intent to drop
  if (row != nullptr) out.insert(out.begin(), DropResource{change.address, change.id});  // it had been orphaned
  return out;
}

}  // namespace infra
