// A plan for programs. Keys are only ever added within one format_version.
//
// { "format_version": 1,
//   "stack": "shop", "serial": 12, "destroy": false, "refresh_only": false, "targets": ["service.api"],
//   "left_out": [{ "address": "service.web", "because_of": "service.api" }],
//   "noted": ["node a of here is drained"],
//   "empty": false, "drift": false,
//   "changes": [                     what is declared and changes, sorted by address
//     { "address": "service.api", "kind": "service", "path": "api",
//       "action": "create|update|replace|destroy|forget|adopt",
//       "drift": false, "moved_from": "service.old" or null,
//       "imported": ["4f5e…"],
//       "parts": [                   the provider resources, those that don't change left out
//         { "address": "service.api/0", "type": "container", "platform": "laptop", "action": …,
//           "create_first": false, "left_over": false, "drift": false, "id": "4f5e…" or null,
//           "reasons": [{ "code": "cannot_update", "text": "`image` can't change in place" }],
//           "attributes": [{ "path": "env.LOG", "before": …, "after": …, "after_known": true,
//                            "forces_replace": true }],
//           "deployment": {          of a service's tasks only
//             "from": "7c1e…" or null, "to": "9f02…" or null if it is known after apply,
//             "desired": 4, "floor": 2, "ceiling": 6, "rollback": true,
//             "start": [{ "address": "service.api/4", "node": "a" }], "keep": [ … ], "stop": [ … ] } }] }],
//   "outputs": [{ "name": "url", "before": …, "after": …, "after_known": true, "secret": false }],
//   "steps": [{ "kind": "create|update|destroy|forget|adopt", "address": "service.api/0", "after": [0, 2] }],
//   "summary": { "create": 1, "update": 0, "replace": 0, "destroy": 0, "forget": 0, "adopt": 0, "no_op": 11,
//                "move": 0, "import": 0, "drift": 0 } }     numbers of declared things
//
// Values are plain JSON ("512MiB", "10.0.0.0/16"); secrets are "***"; what is known after apply is null, and then
// "after_known" is false.
#include <fmt/format.h>

#include <algorithm>

#include "base/values/codec.h"
#include "planner/render/render.h"

namespace infra {
namespace {

std::string_view boolean(bool value) { return value ? "true" : "false"; }

template <class Items, class Write>
std::string array(const Items& items, Write write) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += write(item);
  }
  return out + "]";
}

std::string json_of(const Reason& reason) {
  return fmt::format(R"({{"code":{},"text":{}}})", json_quote(to_text(reason.code)), json_quote(reason.text));
}

std::string json_of(const AttributeChange& attribute) {
  return fmt::format(R"({{"path":{},"before":{},"after":{},"after_known":{},"forces_replace":{}}})",
                     json_quote(attribute.path), to_plain_json(attribute.before), to_plain_json(attribute.after),
                     boolean(attribute.after.known()), boolean(attribute.forces_replace));
}

template <class Tasks>
std::string tasks_json(const Tasks& tasks) {
  return array(tasks, [](const auto& task) {
    return fmt::format(R"({{"address":{},"node":{}}})", json_quote(task.address.text()), json_quote(task.node));
  });
}

std::string json_of(const Deployment& deployment) {
  auto revision = [](const std::string& text) { return text.empty() ? std::string("null") : json_quote(text); };
  return fmt::format(
      R"({{"from":{},"to":{},"desired":{},"floor":{},"ceiling":{},"rollback":{},"start":{},"keep":{},"stop":{}}})",
      revision(deployment.from), revision(deployment.to), deployment.desired, deployment.policy.floor,
      deployment.policy.ceiling, boolean(deployment.policy.rollback), tasks_json(deployment.start),
      tasks_json(deployment.keep), tasks_json(deployment.stop));
}

std::string json_of(const Plan& plan, const Change& change) {
  const auto deployment =
      change.deployment ? fmt::format(R"(,"deployment":{})", json_of(plan.deployments[*change.deployment])) : "";
  return fmt::format(
      R"({{"address":{},"type":{},"platform":{},"action":{},"create_first":{},"left_over":{},"drift":{},"id":{},)"
      R"("reasons":{},"attributes":{}{}}})",
      json_quote(change.address.text()), json_quote(change.type), json_quote(change.platform),
      json_quote(to_text(change.action)), boolean(change.create_first), boolean(change.deposed), boolean(change.drift),
      change.id.empty() ? "null" : json_quote(change.id),
      array(change.reasons, [](const auto& r) { return json_of(r); }),
      array(change.attributes, [](const auto& a) { return json_of(a); }), deployment);
}

std::string json_of(const Plan& plan, const OwnerChange& owner) {
  std::vector<const Change*> parts;
  for (const auto index : owner.changes) {
    if (plan.changes[index].action != Action::no_op) parts.push_back(&plan.changes[index]);
  }
  return fmt::format(
      R"({{"address":{},"kind":{},"path":{},"action":{},"drift":{},"moved_from":{},"imported":{},"doc":{},"parts":{}}})",
      json_quote(owner.address.text()), json_quote(owner.address.kind), json_quote(owner.address.path),
      json_quote(to_text(owner.action)), boolean(owner.drift),
      owner.moved_from ? json_quote(owner.moved_from->text()) : "null",
      array(owner.imported, [](const std::string& id) { return json_quote(id); }), json_quote(owner.doc),
      array(parts, [&](const Change* part) { return json_of(plan, *part); }));
}

std::string json_of(const OutputChange& output) {
  auto value = [&](const Value& v) { return output.secret && !v.is_null() ? json_quote("***") : to_plain_json(v); };
  return fmt::format(R"({{"name":{},"before":{},"after":{},"after_known":{},"secret":{}}})", json_quote(output.name),
                     value(output.before), value(output.after), boolean(output.after.known()), boolean(output.secret));
}

std::string json_of(const Plan& plan, const Step& step) {
  return fmt::format(R"({{"kind":{},"address":{},"after":{}}})", json_quote(to_text(step.kind)),
                     json_quote(plan.changes[step.change].address.text()),
                     array(step.after, [](std::size_t n) { return fmt::format("{}", n); }));
}

// Only of a plan that is one of several stages.
std::string later(const Plan& plan) {
  if (plan.later.empty()) return "";
  return fmt::format(R"("later":{},)", array(plan.later, [](const LaterStage& stage) {
                       return fmt::format(
                           R"({{"stage":{},"platform":{},"resources":{},"behind":{},"waits_for":{}}})", stage.number,
                           json_quote(stage.platform),
                           array(stage.owners, [](const Address& a) { return json_quote(a.text()); }),
                           array(stage.behind, [](const Address& a) { return json_quote(a.text()); }),
                           array(stage.waits_for, [](const Ref& ref) {
                             const auto name = ref.address.text();
                             return json_quote(ref.attribute.empty() ? name : name + "." + ref.attribute);
                           }));
                     }));
}

// Only where something is.
std::string billed(const Plan& plan) {
  if (plan.billed.empty()) return "";
  return fmt::format(R"("billed_by_the_hour":{},)", array(plan.billed, [](const Billed& one) {
                       return fmt::format(R"({{"name":{},"comes":{},"goes":{}}})", json_quote(one.name), one.comes,
                                          one.goes);
                     }));
}

std::string summary(const Plan& plan) {
  auto count = [&](auto matches) { return std::count_if(plan.owners.begin(), plan.owners.end(), matches); };
  std::string out;
  for (const auto action : {Action::create, Action::update, Action::replace, Action::destroy, Action::forget,
                            Action::adopt, Action::no_op}) {
    out += fmt::format("{}:{},", json_quote(to_text(action)),
                       count([&](const OwnerChange& o) { return o.action == action; }));
  }
  return fmt::format("{{{}\"move\":{},\"import\":{},\"drift\":{}}}", out,
                     count([](const OwnerChange& o) { return o.moved_from.has_value(); }),
                     count([](const OwnerChange& o) { return !o.imported.empty(); }),
                     count([](const OwnerChange& o) { return o.drift; }));
}

}  // namespace

std::string render_plan_json(const Plan& plan) {
  std::vector<const OwnerChange*> changed;
  for (const auto& owner : plan.owners) {
    if (owner.action != Action::no_op || owner.moved_from || !owner.imported.empty()) changed.push_back(&owner);
  }
  return fmt::format(
      R"({{"format_version":1,"stack":{},"serial":{},"destroy":{},"refresh_only":{},"targets":{},"left_out":{},"noted":{},"empty":{},"drift":{},"changes":{},)"
      R"("outputs":{},"steps":{},{}{}"summary":{}}})",
      json_quote(plan.stack), plan.serial.value, boolean(plan.destroy), boolean(plan.refresh_only),
      array(plan.targets, [](const std::string& t) { return json_quote(t); }),
      array(plan.left_out,
            [](const LeftOut& l) {
              return fmt::format(R"({{"address":{},"because_of":{}}})", json_quote(l.owner.text()),
                                 json_quote(l.because_of.text()));
            }),
      array(plan.noted, [](const std::string& note) { return json_quote(note); }), boolean(plan.empty()),
      boolean(plan.drifted()), array(changed, [&](const OwnerChange* o) { return json_of(plan, *o); }),
      array(plan.outputs, [](const auto& o) { return json_of(o); }),
      array(plan.steps, [&](const Step& s) { return json_of(plan, s); }), later(plan), billed(plan), summary(plan));
}

}  // namespace infra
