#include "compiler/expander.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/dag.h"

namespace infra {

std::optional<Value> Expander::param_default(const ast::Param& param) {
  if (!param.fallback) return std::nullopt;
  Context at;
  return eval(*param.fallback, at);
}

void Expander::params() {
  for (const auto& [name, given] : input_.params) {
    if (program_.params.contains(name)) continue;
    std::vector<std::string> names;
    for (const auto& [known, param] : program_.params) names.push_back(known);
    const auto near = did_you_mean(name, names);
    // INFRA_PARAM_… may be meant for another stack of the same shell.
    if (given.origin.starts_with("INFRA_PARAM_")) continue;
    diagnostics_.error("E0218", {}, fmt::format("{}: this stack has no param `{}`", given.origin, name), {},
                       near.empty() ? fmt::format("its params are: {}",
                                                  names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")))
                                    : fmt::format("did you mean `{}`?", near));
  }
  // Defaults may be made from other params, in any order: those that are given come first.
  std::vector<const ast::Param*> open;
  for (const auto& [name, param] : program_.params) {
    const auto given = input_.params.find(name);
    const auto& type = types_.params.at(name);
    if (given == input_.params.end()) {
      open.push_back(param);
      params_[name] = Unknown{"param " + name};
      continue;
    }
    std::string problem;
    auto value = parse_param(type, given->second, problem);
    if (!value) {
      diagnostics_.error("E0210", param->name.span, fmt::format("{}: `{}` {}", given->second.origin, name, problem),
                         fmt::format("declared as {}", to_text(type)));
      continue;
    }
    params_[name] = *std::move(value);
  }
  for (std::size_t round = 0; round < open.size(); ++round) {
    for (const auto* param : open) {
      if (params_[param->name.text].unknown() == nullptr) continue;
      if (auto value = param_default(*param)) {
        params_[param->name.text] = coerce(*value, types_.params.at(param->name.text));
        if (value->unknown() == nullptr)
          check_value(types_.params.at(param->name.text), *value, param->fallback->span,
                      fmt::format("the default of `{}`", param->name.text));
      }
    }
    lets_.clear();  // what was computed from params that weren't known yet
  }
  for (const auto* param : open) {
    const auto& name = param->name.text;
    const auto& type = types_.params.at(name);
    if (param->fallback) continue;
    if (type.optional) {
      params_[name] = Null{};
    } else if (input_.complete) {
      const std::string how = type.secret
                                  ? fmt::format("give it with --secret {}=env:NAME", name)
                                  : fmt::format("give it with --set {}=…, --values FILE or INFRA_PARAM_{}", name, name);
      diagnostics_.error("E0217", param->name.span, fmt::format("param `{}` has no value", name),
                         fmt::format("declared as {}, without a default", to_text(type)), how);
    }
  }
}

namespace {

// The named parts of a condition, for a failed assert: `replicas`, `xs.length`.
void named_parts(const ast::Expr& e, std::vector<const ast::Expr*>& out) {
  if (std::holds_alternative<ast::NameRef>(e.node) || std::holds_alternative<ast::Member>(e.node) ||
      std::holds_alternative<ast::CallExpr>(e.node)) {
    out.push_back(&e);
  } else if (const auto* b = std::get_if<ast::Binary>(&e.node)) {
    named_parts(*b->left, out);
    named_parts(*b->right, out);
  } else if (const auto* u = std::get_if<ast::Unary>(&e.node)) {
    named_parts(*u->operand, out);
  }
}

}  // namespace

void Expander::asserts() {
  for (const auto* a : program_.asserts) {
    Context at;
    const Value holds = eval(*a->condition, at);
    if (holds.boolean() == nullptr || *holds.boolean()) continue;
    const Value message = a->message ? eval(*a->message, at) : Value();
    auto& d = diagnostics_.error("E0308", a->condition->span,
                                 message.string() != nullptr ? *message.string() : "an assert failed", "this is false");
    std::vector<const ast::Expr*> parts;
    named_parts(*a->condition, parts);
    for (const auto* part : parts) {
      const Value value = eval(*part, at);
      if (value.ref() == nullptr) d.secondary.push_back({part->span, to_source(value)});
    }
  }
}

void Expander::outputs(Graph& graph) {
  for (const auto& [name, output] : program_.outputs) {
    if (!output->value) continue;
    Context at;
    OutputDecl out{.name = name, .doc = output->doc, .value = eval(*output->value, at), .span = output->name.span};
    const auto type = types_.outputs.find(name);
    out.secret = type != types_.outputs.end() && type->second.secret;
    if (out.secret) out.value = coerce(out.value, type->second);
    if (output->type && type != types_.outputs.end())
      check_value(type->second, out.value, output->value->span, fmt::format("output `{}`", name));
    graph.outputs.push_back(std::move(out));
  }
}

// `platform = …`, else the only one that is declared, else the engine of this machine.
std::string Expander::default_platform(Graph& graph) {
  if (const auto setting = program_.settings.find("platform");
      setting != program_.settings.end() && setting->second->value) {
    Context at;
    const Value value = eval(*setting->second->value, at);
    return value.ref() != nullptr ? value.ref()->address.path : "";
  }
  if (graph.platforms.size() == 1) return graph.platforms.front().name;
  if (graph.platforms.empty()) {
    Map node;
    node.set("endpoint", "unix:///var/run/docker.sock");
    node.set("labels", Map());
    Map by_label;
    by_label.set("local", std::move(node));
    Map config;
    config.set("node", std::move(by_label));
    graph.platforms.push_back({.name = "local", .kind = "nodes", .config = std::move(config)});
    return "local";
  }
  return "";
}

void Expander::check_platforms(Graph& graph) {
  for (const auto& resource : graph.resources) {
    const auto* platform = graph.platform(resource.platform);
    if (platform == nullptr) {
      diagnostics_.error("E0309", resource.span, fmt::format("no platform is chosen for {}", resource.address.text()),
                         {}, "the stack declares several: choose one with `platform = …` at its top");
    } else if (!input_.platforms.serves(platform->kind, resource.address.kind)) {
      std::vector<std::string> able;
      for (const auto& kind : input_.platforms.platform_kinds()) {
        if (input_.platforms.serves(kind, resource.address.kind)) able.push_back(kind);
      }
      diagnostics_.error(
          "E0310", resource.span,
          fmt::format("a {} can't run on platform `{}` ({})", resource.address.kind, platform->name, platform->kind),
          {},
          able.empty() ? "no platform of this version can" : fmt::format("it can run on {}", fmt::join(able, ", ")));
    }
  }
}

void Expander::order(Graph& graph) {
  std::unordered_map<Address, std::size_t, AddressHash> index;
  for (std::size_t i = 0; i < graph.resources.size(); ++i) index.emplace(graph.resources[i].address, i);
  Dag dag(graph.resources.size());
  for (std::size_t i = 0; i < graph.resources.size(); ++i) {
    auto& needs = graph.resources[i].depends_on;
    std::erase_if(needs, [&](const Address& a) { return !index.contains(a); });  // platforms
    for (const auto& needed : needs) dag.add(i, index.at(needed));
  }
  graph.order = dag.order();
  if (!graph.order.empty() || graph.resources.empty() || diagnostics_.has_errors()) return;
  const auto cycle = dag.cycle();
  std::string path;
  for (const auto i : cycle) path += graph.resources[i].address.text() + " → ";
  path += graph.resources[cycle.front()].address.text();
  auto& d = diagnostics_.error("E0301", graph.resources[cycle.front()].span, fmt::format("dependency cycle: {}", path),
                               "", "remove one of these references");
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const auto& here = graph.resources[cycle[i]];
    const auto text = fmt::format("needs {}", graph.resources[cycle[(i + 1) % cycle.size()]].address.text());
    if (i == 0) {
      d.primary.text = text;
    } else {
      d.secondary.push_back({here.span, text});
    }
  }
}

Graph Expander::run() {
  Graph graph;
  graph.stack = program_.stack != nullptr ? program_.stack->name.text : input_.default_stack;
  params();
  if (diagnostics_.has_errors()) return graph;
  items_.assign(program_.items.size(), Progress::todo);
  for (std::size_t i = 0; i < items_.size(); ++i) ensure(i);
  for (const auto& [name, let] : program_.lets) {  // those that nobody uses may be wrong too
    Context at;
    let_value(name, at);
  }
  asserts();
  std::vector<Instance*> resources;
  for (auto& instance : instances_) {
    if (instance.decl->kind->role == KindRole::resource) {
      resources.push_back(&instance);
      continue;
    }
    std::vector<std::pair<std::string, Span>> places;
    graph.platforms.push_back(
        {.name = instance.address.path,
         .kind = instance.address.kind,
         .config = config(*instance.decl->kind->schema, instance.flat, instance, "", instance.decl->span, places),
         .span = instance.decl->span});
  }
  std::sort(graph.platforms.begin(), graph.platforms.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  const std::string fallback = default_platform(graph);
  std::sort(resources.begin(), resources.end(),
            [](const Instance* a, const Instance* b) { return a->address < b->address; });
  graph.resources.reserve(resources.size());
  for (auto* instance : resources) graph.resources.push_back(resource(*instance, fallback));
  moves(graph);
  imports(graph);
  outputs(graph);
  Map used;
  for (auto& [name, value] : params_) used.set(name, value);
  graph.params = std::move(used);
  check_platforms(graph);
  order(graph);
  return graph;
}

}  // namespace infra
