// The driver of Platform::lower: declarations in dependency order, each with what the earlier ones gave.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "planner/order/order_parts.h"
#include "planner/planner.h"
#include "planner/rewrite.h"

namespace infra {
namespace {

bool starts_earlier(const Address& a, const Address& b) { return std::tie(a.kind, a.path) < std::tie(b.kind, b.path); }

class Lowering {
 public:
  Lowering(const Graph& graph, const Platforms& platforms, const SourceTree& sources, Diagnostics& diagnostics,
           const PlatformConfigs& configs, const ExistingValues& existing)
      : graph_(graph),
        platforms_(platforms),
        sources_(sources),
        diagnostics_(diagnostics),
        existing_(existing),
        outputs_(graph.resources.size()),
        parts_(graph.resources.size()),
        anchors_(graph.resources.size()),
        stage_(graph.resources.size(), 1) {
    open_platforms(configs);
    for (const auto& resource : graph.resources) {
      current_.push_back(&resource);
      kinds_[resource.address.kind].push_back(&resource);
      out_.owners.push_back({resource.address, resource.depends_on, resource.span, resource.doc});
    }
    find_outputs_ = [this](const Address& owner) { return outputs_of(owner); };
    find_resource_ = [this](const Address& address) -> const Resource* {
      const auto index = index_of(address);
      return index ? current_[*index] : graph_.find_existing(address);
    };
    find_kind_ = [this](std::string_view kind) -> const std::vector<const Resource*>& {
      const auto found = kinds_.find(std::string(kind));
      return found != kinds_.end() ? found->second : none_;
    };
  }

  LoweredGraph run() {
    out_.resources.reserve(graph_.resources.size());
    for (const auto index : graph_.order) lower_one(index);
    for (const auto& existing : graph_.existing) seek(existing);
    write_platforms();
    out_.moves = graph_.moves;
    for (const auto& import : graph_.imports) {
      const auto index = index_of(import.address);
      if (!index || stage_[*index] == 1) out_.imports.push_back(import);
    }
    for (const auto& output : graph_.outputs) {
      out_.outputs.push_back(output);
      out_.outputs.back().value = rewritten(output.value, output.span);
    }
    auto earlier = [](const LoweredResource& a, const LoweredResource& b) { return a.address < b.address; };
    if (!std::is_sorted(out_.resources.begin(), out_.resources.end(), earlier)) {
      std::sort(out_.resources.begin(), out_.resources.end(), earlier);
    }
    order_parts(out_, diagnostics_);
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::optional<std::size_t> index_of(const Address& owner) const {
    const auto at = std::lower_bound(graph_.resources.begin(), graph_.resources.end(), owner,
                                     [](const Resource& r, const Address& a) { return starts_earlier(r.address, a); });
    if (at == graph_.resources.end() || starts_earlier(owner, at->address)) return std::nullopt;
    return static_cast<std::size_t>(at - graph_.resources.begin());
  }

  [[nodiscard]] const Value* outputs_of(const Address& owner) const {
    const auto index = index_of(owner);
    if (index) return outputs_[*index] ? &*outputs_[*index] : nullptr;
    const auto read = existing_.find(owner);
    return read != existing_.end() ? &read->second : nullptr;
  }

  void report(Span span, std::string message) { diagnostics_.error("E0999", span, std::move(message)); }

  // Once for the platform, not once for each resource on it: same code, same span.
  void report_no_provider(const Resource& resource, const PlatformDecl* declaration) {
    if (declaration == nullptr) {
      report(resource.span, fmt::format("internal error: {} is on `{}`, which is not declared", resource.address.text(),
                                        resource.platform));
      return;
    }
    std::vector<std::string> kinds = platforms_.platform_kinds();
    diagnostics_.error(
        "E0711", declaration->span,
        fmt::format("this version of infra can't plan for platform `{}`: it has no provider for {}", declaration->name,
                    declaration->kind),
        "checked, but not built",
        fmt::format("it can build on {}; `infra validate` checks stacks for every platform", fmt::join(kinds, ", ")));
  }
  [[nodiscard]] bool has_provider(const Address& owner) const {
    const auto index = index_of(owner);
    const auto* declaration = index ? graph_.platform(graph_.resources[*index].platform) : nullptr;
    return declaration == nullptr || platforms_.find(declaration->kind) != nullptr;
  }

  // References to attributes of declarations are replaced with what lowering those gave.
  Value rewritten(const Value& value, Span span) {
    auto replacement = [&](const Ref& ref) -> std::optional<Value> {
      if (!ref.address.is_owner()) return std::nullopt;
      const auto* outputs = outputs_of(ref.address);
      const auto* members = outputs != nullptr ? outputs->map() : nullptr;
      if (const auto* found = members != nullptr ? members->find(ref.attribute) : nullptr) return *found;
      if (const auto* existing = graph_.find_existing(ref.address)) return not_told(*existing, ref, span);
      const bool silent = !has_provider(ref.address) || stage_of(ref.address) > 1;  // reported, or its turn comes later
      if (silent) return Value(Unknown{ref.address.text()});
      report(span, fmt::format("internal error: lowering {} gave no `{}`", ref.address.text(), ref.attribute));
      return Value(Null{});
    };
    std::vector<std::string> problems;
    auto out = rewrite(value, replacement, &problems);
    for (auto& problem : problems) diagnostics_.error("E0706", span, std::move(problem));
    return out;
  }

  Value not_told(const Resource& existing, const Ref& ref, Span span) {
    if (existing_.contains(existing.address)) {
      const bool itself = ref.attribute.empty();
      diagnostics_
          .error("E0716", span,
                 fmt::format("platform `{}` doesn't tell {} of {}", existing.platform,
                             itself ? "a name" : fmt::format("`{}`", ref.attribute), existing.address.text()),
                 "needed here",
                 itself ? "use one of its attributes, such as its id"
                        : fmt::format("write `{} = …` into its block", ref.attribute))
          .secondary.push_back({existing.span, "read from the platform"});
    }
    return Unknown{existing.address.text()};
  }

  void seek(const Resource& existing) {
    const auto* declaration = graph_.platform(existing.platform);
    const auto* platform = declaration != nullptr ? platforms_.find(declaration->kind) : nullptr;
    if (platform == nullptr) return report_no_provider(existing, declaration);
    if (open_platform(existing.platform) != nullptr) return;
    const auto& now = now_.at(declaration->name);
    out_.sought.push_back({&existing, now, platform->sought(existing, context_on(now))});
  }

  [[nodiscard]] LowerContext context_on(const PlatformDecl& platform) const {
    return {.stack = graph_.stack,
            .platform = platform,
            .sources = sources_,
            .resource = find_resource_,
            .of_kind = find_kind_,
            .outputs = find_outputs_};
  }

  // A platform sees this declaration, and later the ones that refer to it, without references to attributes.
  const Resource& settle(std::size_t index) {
    const auto& declared = graph_.resources[index];
    if (declared.config.known()) return declared;
    changed_.push_back(std::make_unique<Resource>(declared));
    auto& copy = *changed_.back();
    copy.config = rewritten(declared.config, declared.span);
    current_[index] = &copy;
    auto& kind = kinds_[copy.address.kind];
    *std::lower_bound(kind.begin(), kind.end(), copy.address,
                      [](const Resource* r, const Address& a) { return r->address < a; }) = &copy;
    return copy;
  }

  void lower_one(std::size_t index) {
    const auto& resource = settle(index);
    const auto* declaration = graph_.platform(resource.platform);
    const auto* platform = declaration != nullptr ? platforms_.find(declaration->kind) : nullptr;
    if (platform == nullptr) {
      report_no_provider(resource, declaration);
      return;
    }
    if (wait_for_stage(index)) return;
    auto lowered = platform->lower(resource, context_on(now_.at(declaration->name)), diagnostics_);
    outputs_[index] = std::move(lowered.outputs);
    gather_anchors(index);
    parts_[index] = lowered.resources.size();
    for (auto& part : lowered.resources) take(std::move(part), resource, anchors_[index]);
  }

  // Those whose config refers to resources are what `configs` says, if it says anything.
  void open_platforms(const PlatformConfigs& configs) {
    for (const auto& platform : graph_.platforms) {
      auto& now = now_[platform.name] = platform;
      if (platform.depends_on.empty()) continue;
      const auto known = configs.find(platform.name);
      if (known != configs.end()) now.config = known->second;
      out_.reached.push_back({.platform = now, .open = known == configs.end()});
    }
  }

  [[nodiscard]] ReachedPlatform* open_platform(const std::string& name) {
    const auto at = std::find_if(out_.reached.begin(), out_.reached.end(),
                                 [&](const ReachedPlatform& r) { return r.platform.name == name; });
    return at != out_.reached.end() && at->open ? &*at : nullptr;
  }

  [[nodiscard]] std::size_t stage_of(const Address& owner) const {
    const auto index = index_of(owner);
    return index ? stage_[*index] : 1;
  }

  [[nodiscard]] std::size_t last_stage_of(const std::vector<Address>& owners) const {
    std::size_t out = 1;
    for (const auto& owner : owners) out = std::max(out, stage_of(owner));
    return out;
  }

  // On a platform that isn't reached yet, or in need of something that is on one.
  bool wait_for_stage(std::size_t index) {
    const auto& resource = graph_.resources[index];
    auto* on = open_platform(resource.platform);
    auto* read_on = open_platform_of_existing(resource);
    for (auto* open : {on, read_on}) {
      if (open == nullptr) continue;
      open->stage = 1 + last_stage_of(open->platform.depends_on);
      stage_[index] = std::max(stage_[index], open->stage);
    }
    stage_[index] = std::max(stage_[index], last_stage_of(resource.depends_on));
    if (stage_[index] == 1) return false;
    if (on != nullptr) {
      on->owners.push_back(resource.address);
      return true;
    }
    on = read_on;
    for (const auto& needed : resource.depends_on) {
      if (on == nullptr && stage_of(needed) > 1) on = waits_with(needed);
    }
    if (on != nullptr) on->behind.push_back(resource.address);
    return true;
  }

  // The open platform of something existing that it refers to.
  [[nodiscard]] ReachedPlatform* open_platform_of_existing(const Resource& resource) {
    if (graph_.existing.empty() || out_.reached.empty()) return nullptr;
    std::vector<Ref> refs;
    collect_refs(resource.config, refs);
    for (const auto& ref : refs) {
      const auto* existing = graph_.find_existing(ref.address);
      auto* open = existing != nullptr ? open_platform(existing->platform) : nullptr;
      if (open != nullptr) return open;
    }
    return nullptr;
  }

  [[nodiscard]] ReachedPlatform* waits_with(const Address& owner) {
    const auto at = std::find_if(out_.reached.begin(), out_.reached.end(), [&](const ReachedPlatform& r) {
      return std::find(r.owners.begin(), r.owners.end(), owner) != r.owners.end() ||
             std::find(r.behind.begin(), r.behind.end(), owner) != r.behind.end();
    });
    return at != out_.reached.end() ? &*at : nullptr;
  }

  // How a platform is reached. A reference to a declaration itself is what its kind gives for that.
  Value reached_by(const Value& config, Span span) {
    class Given : public LeafMapper {
     public:
      explicit Given(const Lowering& lowering) : lowering_(lowering) {}
      std::optional<Value> change(const Value& leaf) override {
        const auto* ref = leaf.ref();
        if (ref == nullptr || !ref->attribute.empty() || !ref->address.is_owner()) return std::nullopt;
        const auto* outputs = lowering_.outputs_of(ref->address);
        const auto* itself = outputs != nullptr && outputs->map() != nullptr ? outputs->map()->find("") : nullptr;
        return itself != nullptr ? *itself : Value(Unknown{ref->address.text()});
      }

     private:
      const Lowering& lowering_;
    };
    Given given(*this);
    return map_leaves(rewritten(config, span), given);
  }

  void write_platforms() {
    for (auto& reached : out_.reached) {
      std::sort(reached.owners.begin(), reached.owners.end());
      std::sort(reached.behind.begin(), reached.behind.end());
      const auto* declared = graph_.platform(reached.platform.name);
      std::vector<Ref> refs;
      collect_refs(declared->config, refs);
      std::sort(refs.begin(), refs.end());
      refs.erase(std::unique(refs.begin(), refs.end()), refs.end());
      for (auto& ref : refs) {
        auto value = reached_by(ref, declared->span);
        reached.parts.emplace_back(std::move(ref), std::move(value));
      }
      reached.platform.config = reached_by(declared->config, declared->span);
    }
    for (const auto& platform : graph_.platforms) {
      if (open_platform(platform.name) == nullptr) out_.platforms.push_back(now_.at(platform.name));
    }
  }

  // What an owner's parts wait for: the owners below it, seen through those that have no parts of their own.
  void gather_anchors(std::size_t index) {
    auto& anchors = anchors_[index];
    for (const auto& needed : graph_.resources[index].depends_on) {
      const auto other = index_of(needed);
      if (!other) continue;
      if (parts_[*other] > 0) {
        anchors.push_back(needed.owner());
      } else {
        anchors.insert(anchors.end(), anchors_[*other].begin(), anchors_[*other].end());
      }
    }
    std::sort(anchors.begin(), anchors.end());
    anchors.erase(std::unique(anchors.begin(), anchors.end()), anchors.end());
  }

  void take(LoweredResource part, const Resource& owner, const std::vector<Address>& anchors) {
    if (part.platform.empty()) part.platform = owner.platform;
    std::vector<Ref> refs;
    collect_refs(part.inputs, refs);
    for (auto& ref : refs) {
      if (!ref.attribute.empty()) part.depends_on.push_back(std::move(ref.address));
    }
    // A part of an owner that is waited for as a whole says nothing new.
    std::erase_if(part.depends_on, [&](const Address& a) {
      return a == part.address || std::binary_search(anchors.begin(), anchors.end(), a.owner());
    });
    part.depends_on.insert(part.depends_on.end(), anchors.begin(), anchors.end());
    std::sort(part.depends_on.begin(), part.depends_on.end());
    part.depends_on.erase(std::unique(part.depends_on.begin(), part.depends_on.end()), part.depends_on.end());
    out_.resources.push_back(std::move(part));
  }

  const Graph& graph_;
  const Platforms& platforms_;
  const SourceTree& sources_;
  Diagnostics& diagnostics_;
  const ExistingValues& existing_;
  std::vector<const Resource*> current_;  // by index in graph_.resources; rewritten once it is its turn
  std::vector<std::unique_ptr<Resource>> changed_;
  std::unordered_map<std::string, std::vector<const Resource*>> kinds_;
  std::vector<const Resource*> none_;
  std::vector<std::optional<Value>> outputs_;
  std::vector<std::size_t> parts_;
  std::vector<std::vector<Address>> anchors_;
  std::vector<std::size_t> stage_;           // in which each can be planned
  std::map<std::string, PlatformDecl> now_;  // with what is known of their configs
  std::function<const Value*(const Address&)> find_outputs_;
  std::function<const Resource*(const Address&)> find_resource_;
  std::function<const std::vector<const Resource*>&(std::string_view)> find_kind_;
  LoweredGraph out_;
};

}  // namespace

LoweredGraph lower(const Graph& graph, const Platforms& platforms, const SourceTree& sources, Diagnostics& diagnostics,
                   const PlatformConfigs& configs, const ExistingValues& existing) {
  return Lowering(graph, platforms, sources, diagnostics, configs, existing).run();
}

}  // namespace infra
