// A plan as its steps, and as a digest.
#include <fmt/format.h>

#include "base/hash.h"
#include "planner/render/render.h"

namespace infra {
namespace {

// "0, 2-4"
std::string ranges(const std::vector<std::size_t>& sorted) {
  std::string out;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    while (end + 1 < sorted.size() && sorted[end + 1] == sorted[end] + 1) ++end;
    if (!out.empty()) out += ", ";
    out += end == i ? fmt::format("{}", sorted[i]) : fmt::format("{}-{}", sorted[i], sorted[end]);
    i = end + 1;
  }
  return out;
}

std::string one_line(const Plan& plan, std::size_t index) {
  const auto& step = plan.steps[index];
  const auto& change = plan.changes[step.change];
  auto out = fmt::format("{:>5} {:<7} {} ({} on {})", index, to_text(step.kind), change.address.text(), change.type,
                         change.platform);
  const bool names_object = step.kind != Step::create && !change.id.empty();
  if (names_object) out += fmt::format(" {}", change.id);
  if (change.deposed) out += " left over";
  if (step.deposes) out += " beside the old one";
  if (!step.after.empty()) out += fmt::format(" after {}", ranges(step.after));
  return out + "\n";
}

void add(List& out, const Change& change) {
  List needs;
  for (const auto& address : change.depends_on) needs.push_back(Value(address.text()));
  out.push_back(List{change.address.text(), change.type, change.platform, to_text(change.action), change.create_first,
                     change.deposed, change.id, change.after, change.protect, change.keep, change.refresh,
                     std::move(needs)});
}

void add(List& out, const Step& step) {
  List after;
  for (const auto needed : step.after) after.push_back(static_cast<std::int64_t>(needed));
  out.push_back(List{to_text(step.kind), static_cast<std::int64_t>(step.change), step.deposes, std::move(after)});
}

}  // namespace

std::string dump_plan(const Plan& plan) {
  auto out = fmt::format("plan of {} from serial {}: {} steps\n", plan.stack, plan.serial.value, plan.steps.size());
  for (const auto& i : plan.imported) out += fmt::format("import {} {}\n", i.address.text(), i.id);
  for (const auto& m : plan.moved) out += fmt::format("move {} to {} {}\n", m.from.text(), m.to.text(), m.id);
  for (const auto& note : plan.noted) out += note + "\n";
  for (std::size_t i = 0; i < plan.steps.size(); ++i) out += one_line(plan, i);
  for (const auto& output : plan.outputs) {
    out += fmt::format("output {} = {}\n", output.name, output.secret ? "***" : to_source(output.after));
  }
  return out;
}

// What doesn't change is left out: it may be written down differently without anything else being done.
std::string plan_digest(const Plan& plan) {
  List changes;
  std::vector<std::int64_t> index;
  for (const auto& change : plan.changes) {
    index.push_back(static_cast<std::int64_t>(changes.size()));
    if (change.action != Action::no_op) add(changes, change);
  }
  List steps;
  for (auto step : plan.steps) {
    step.change = static_cast<std::size_t>(index[step.change]);
    add(steps, step);
  }
  List moved;
  for (const auto& m : plan.moved) moved.push_back(List{m.from.text(), m.to.text(), m.id});
  List imported;
  for (const auto& i : plan.imported) imported.push_back(List{i.address.text(), i.id});
  List noted;
  for (const auto& note : plan.noted) noted.emplace_back(note);
  List outputs;
  for (const auto& output : plan.outputs) outputs.push_back(List{output.name, output.after, output.secret});
  return spec_hash(List{plan.stack, plan.destroy, std::move(changes), std::move(steps), std::move(outputs),
                        plan.refresh_only, std::move(moved), std::move(imported), std::move(noted)},
                   plan.lineage);
}

}  // namespace infra
