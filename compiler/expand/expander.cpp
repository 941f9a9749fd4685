#include "compiler/expand/expander.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/dag.h"
#include "compiler/expand/with_default_engine.h"
#include "compiler/runs_on.h"

namespace infra {

void Expander::outputs(Graph& graph) {
  for (const auto& [name, output] : program_.outputs) {
    if (!output->value) continue;
    Context at;
    OutputDecl out{.name = name, .doc = output->doc, .value = eval(*output->value, at), .span = output->name.span};
    const auto type = types_.outputs.find(name);
    out.secret = type != types_.outputs.end() && type->second.secret;
    if (out.secret) out.value = coerced(out.value, type->second, output->value->span);
    if (output->type && type != types_.outputs.end())
      check_value(type->second, out.value, output->value->span, fmt::format("output `{}`", name));
    if (out.value.has_secret() && (type == types_.outputs.end() || !has_secret(type->second))) {
      diagnostics_->add({.code = "E0413",
                         .message = fmt::format("output `{}` would show a secret", name),
                         .primary = {output->value->span, "this is secret"},
                         .help = "declare it as Secret<…>; it is then shown as ***"});
    }
    graph.outputs.push_back(std::move(out));
  }
}

// The environment's, `platform = …`, else the only one that is declared, else the engine of this machine.
std::string Expander::default_platform(Graph& graph) {
  if (!input_.environment.platform.empty()) return input_.environment.platform;
  if (const auto setting = program_.settings.find("platform");
      setting != program_.settings.end() && setting->second->value) {
    Context at;
    const Value value = eval(*setting->second->value, at);
    must_be_known(value, setting->second->value->span, "`platform`");
    return value.ref() != nullptr ? value.ref()->address.path : "";
  }
  if (graph.platforms.size() == 1) return graph.platforms.front().name;
  if (graph.platforms.empty()) {
    Map node;
    node.set("labels", Map());
    Map by_label;
    by_label.set("local", std::move(node));
    Map config;
    config.set("node", std::move(by_label));
    graph.platforms.push_back(
        {.name = "local", .kind = "nodes", .config = with_default_engine(std::move(config), input_.engine)});
    return "local";
  }
  return "";
}

namespace {

std::vector<Address> referred_to(const Value& config) {
  std::vector<Ref> refs;
  collect_refs(config, refs);
  std::vector<Address> out;
  out.reserve(refs.size());
  for (auto& ref : refs) out.push_back(std::move(ref.address));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

// The stack's own platforms; of a module's only those that a resource names, for the rest are for running it alone.
void Expander::add_platforms(Graph& graph) {
  for (auto& instance : site_->instances) {
    if (instance.decl->kind->role != KindRole::platform) continue;
    const auto& path = instance.address.path;
    const bool used = instance.home == this || std::any_of(graph.resources.begin(), graph.resources.end(),
                                                           [&](const Resource& r) { return r.platform == path; });
    if (!used || graph.platform(path) != nullptr) continue;
    PlatformDecl platform{.name = path, .kind = instance.address.kind, .config = {}, .span = instance.decl->span};
    platform.config = instance.home->config(*instance.decl->kind->schema, instance.flat, instance, "",
                                            instance.decl->span, platform.places);
    if (platform.kind == "nodes") platform.config = with_default_engine(std::move(platform.config), input_.engine);
    std::sort(platform.places.begin(), platform.places.end());
    platform.depends_on = referred_to(platform.config);
    graph.platforms.push_back(std::move(platform));
  }
  std::sort(graph.platforms.begin(), graph.platforms.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

void Expander::check_platforms(Graph& graph) {
  for (const auto* all : {&graph.resources, &graph.existing}) {
    for (const auto& resource : *all) {
      if (graph.platform(resource.platform) != nullptr) continue;
      diagnostics_->error("E0309", resource.span, fmt::format("no platform is chosen for {}", resource.address.text()),
                          {}, "the stack declares several: choose one with `platform = …` at its top");
    }
  }
}

namespace {

// A job that runs before a service's deletion has a need of it. That it can't run before its deployment, too, is a
// mistake of its own (E0415): as a circle it would be hard to understand.
bool runs_before_deletion(const Graph& graph, const Address& job, const Address& service) {
  const auto* declared = graph.find(job);
  const auto* services = declared != nullptr ? declared->config["before_delete"].list() : nullptr;
  return services != nullptr && std::any_of(services->begin(), services->end(), [&](const Value& one) {
           return one.ref() != nullptr && one.ref()->address == service;
         });
}

}  // namespace

void Expander::add_waiting(Graph& graph) {
  for (auto& [waits, needed] : site_->waiting) {
    if (runs_before_deletion(graph, needed, waits)) continue;
    const auto at = std::lower_bound(graph.resources.begin(), graph.resources.end(), waits,
                                     [](const Resource& r, const Address& a) { return r.address < a; });
    if (at == graph.resources.end() || at->address != waits) continue;
    auto& needs = at->depends_on;
    const auto place = std::lower_bound(needs.begin(), needs.end(), needed);
    if (place == needs.end() || *place != needed) needs.insert(place, needed);
  }
}

namespace {

// Who needs whom: resources, and behind them the platforms that they are on.
class Dependencies {
 public:
  explicit Dependencies(const Graph& graph) : graph_(graph), dag_(graph.resources.size() + graph.platforms.size()) {
    for (std::size_t i = 0; i < graph.resources.size(); ++i) index_.emplace(graph.resources[i].address, i);
    for (std::size_t p = 0; p < graph.platforms.size(); ++p) {
      const auto& platform = graph.platforms[p];
      by_name_.emplace(platform.name, p);
      for (const auto& needed : platform.depends_on) add(graph.resources.size() + p, needed);
    }
    for (std::size_t i = 0; i < graph.resources.size(); ++i) {
      for (const auto& needed : graph.resources[i].depends_on) add(i, needed);
      for (const auto* on : platforms_of(i)) dag_.add(i, graph.resources.size() + by_name_.at(on->name));
    }
  }

  [[nodiscard]] bool knows(const Address& address) const { return index_.contains(address); }
  // The platform of a resource, and those that what it reads is on, as far as their configs refer to anything.
  [[nodiscard]] std::vector<const PlatformDecl*> platforms_of(std::size_t resource) const {
    std::vector<const PlatformDecl*> out;
    const auto add = [&](const std::string& name) {
      const auto at = by_name_.find(name);
      const auto* platform = at != by_name_.end() ? &graph_.platforms[at->second] : nullptr;
      if (platform != nullptr && !platform->depends_on.empty()) out.push_back(platform);
    };
    add(graph_.resources[resource].platform);
    if (graph_.existing.empty()) return out;
    for (const auto& needed : graph_.resources[resource].depends_on) {
      if (const auto* read = graph_.find_existing(needed)) add(read->platform);
    }
    return out;
  }
  [[nodiscard]] std::vector<std::size_t> order() const {
    auto out = dag_.order();
    std::erase_if(out, [this](std::size_t node) { return is_platform(node); });
    return out;
  }
  [[nodiscard]] std::vector<std::size_t> cycle() const { return dag_.cycle(); }
  [[nodiscard]] std::string name(std::size_t node) const {
    if (!is_platform(node)) return graph_.resources[node].address.text();
    const auto& platform = graph_.platforms[node - graph_.resources.size()];
    return fmt::format("{}.{}", platform.kind, platform.name);
  }
  [[nodiscard]] Span span(std::size_t node) const {
    return is_platform(node) ? graph_.platforms[node - graph_.resources.size()].span : graph_.resources[node].span;
  }
  [[nodiscard]] std::string why(std::size_t node, std::size_t needed) const {
    return fmt::format("{} {}",
                       is_platform(needed) ? "is on"
                       : is_platform(node) ? "refers to"
                                           : "needs",
                       name(needed));
  }

 private:
  [[nodiscard]] bool is_platform(std::size_t node) const { return node >= graph_.resources.size(); }
  void add(std::size_t node, const Address& needed) {
    if (const auto at = index_.find(needed); at != index_.end()) dag_.add(node, at->second);
  }

  const Graph& graph_;
  std::unordered_map<Address, std::size_t, AddressHash> index_;
  std::unordered_map<std::string_view, std::size_t> by_name_;
  Dag dag_;
};

}  // namespace

void Expander::order(Graph& graph) {
  const Dependencies needs(graph);
  graph.order = needs.order();
  for (std::size_t i = 0; i < graph.resources.size(); ++i) {
    auto& all = graph.resources[i].depends_on;
    // How a platform is reached is made before, and goes after, what is on it.
    for (const auto* platform : needs.platforms_of(i)) {
      all.insert(all.end(), platform->depends_on.begin(), platform->depends_on.end());
      std::sort(all.begin(), all.end());
      all.erase(std::unique(all.begin(), all.end()), all.end());
    }
    std::erase_if(all, [&](const Address& a) { return !needs.knows(a); });  // platforms, and what isn't this stack's
  }
  if (!graph.order.empty() || graph.resources.empty() || diagnostics_->has_errors()) return;
  const auto cycle = needs.cycle();
  std::string path;
  for (const auto i : cycle) path += needs.name(i) + " → ";
  path += needs.name(cycle.front());
  auto& d = diagnostics_->error("E0301", needs.span(cycle.front()), fmt::format("dependency cycle: {}", path), "",
                                "remove one of these references");
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const auto text = needs.why(cycle[i], cycle[(i + 1) % cycle.size()]);
    if (i == 0) {
      d.primary.text = text;
    } else {
      d.secondary.push_back({needs.span(cycle[i]), text});
    }
  }
}

// Everything that this stack and its modules declare.
void Expander::expand_all() {
  params();
  if (items_.empty()) items_.assign(program_.items.size(), Progress::todo);
  for (std::size_t i = 0; i < items_.size(); ++i) ensure(i);
  check_lets();
  for (const auto& decl : program_.decls) {
    if (decl.kind->role != KindRole::module) continue;
    for (const auto& [keys, instance] : by_decl_[&decl]) {
      if (instance->inside) modules_.push_back(instance->inside.get());
    }
  }
  for (auto* module : modules_) module->expand_all();
}

void Expander::check_lets() {
  for (const auto& [name, let] : program_.lets) {  // those that nobody uses may be wrong too
    Context at;
    let_value(*let, at);
  }
}

void Expander::choose_platform(const std::string& platform) {
  platform_ = platform;
  for (auto* module : modules_) module->choose_platform(module->platform_of_module());
}

void Expander::rules(const Graph& graph) {
  asserts();
  policies(graph);
  for (auto* module : modules_) module->rules(graph);
}

Graph Expander::run() {
  Graph graph;
  graph.stack = program_.stack != nullptr ? program_.stack->name.text : input_.default_stack;
  // Two environments of a stack may share an engine: what they make there must differ in name.
  if (!input_.environment.name.empty()) graph.stack += "-" + input_.environment.name;
  params();
  if (diagnostics_->has_errors()) return graph;
  expand_all();
  add_platforms(graph);
  choose_platform(default_platform(graph));
  std::vector<Instance*> resources;
  for (auto& instance : site_->instances) {
    if (instance.decl->kind->role == KindRole::resource) resources.push_back(&instance);
  }
  std::sort(resources.begin(), resources.end(),
            [](const Instance* a, const Instance* b) { return a->address < b->address; });
  graph.resources.reserve(resources.size());
  for (auto* instance : resources) {
    auto& home = *instance->home;
    if (instance->decl->block->existing) {
      graph.existing.push_back(home.existing(*instance, home.platform_));
    } else {
      graph.resources.push_back(home.resource(*instance, home.platform_));
    }
  }
  moves(graph);
  imports(graph);
  add_platforms(graph);
  outputs(graph);
  graph.params = param_values();
  settle_platforms(unit_, graph);
  check_platforms(graph);
  add_waiting(graph);
  order(graph);
  if (options_.rules) rules(graph);
  if (options_.test != nullptr) evaluate_test();
  return graph;
}

Value Expander::evaluate(const ast::Expr& e) {
  Context at;
  return eval(e, at);
}

Value Expander::param_values() {
  params();
  Map out;
  for (auto& [name, memo] : params_) out.set(name, memo.value);
  return out;
}

Value evaluate_alone(const ast::Expr& e, const Unit& unit, const Types& so_far, const CompileInput& input,
                     Diagnostics& diagnostics) {
  const ExpandOptions options{.rules = false, .no_params = !unit.folder.empty()};
  return Expander(unit, so_far, input, options, diagnostics).evaluate(e);
}

}  // namespace infra
