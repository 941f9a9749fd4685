#include "compiler/names/environments.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/kinds.h"
#include "compiler/names/program.h"

namespace infra {
namespace {

class EnvironmentReader {
 public:
  explicit EnvironmentReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void block(const ast::BlockItem& block, Span span) {
    if (!block.label) {
      diagnostics_.error("E0213", block.kind.span, "an environment needs a name", "name missing",
                         "write `env NAME { … }`");
      return;
    }
    Environment out{.name = block.label->text, .span = span};
    std::set<std::string> seen;
    for (const auto& item : block.items) {
      const auto* assign = std::get_if<ast::Assign>(&item.node);
      if (assign == nullptr) {
        diagnostics_.error("E0214", item.span, "only attributes can be set in an environment", "not an attribute",
                           "write NAME = VALUE; what differs between environments is a param of the stack");
      } else if (!seen.insert(assign->name.text).second) {
        diagnostics_.error("E0202", assign->name.span, fmt::format("`{}` is set twice", assign->name.text),
                           "set again");
      } else {
        set(out, *assign);
      }
    }
    found_.push_back(std::move(out));
  }

  std::vector<Environment> take() { return std::move(found_); }

 private:
  void set(Environment& out, const ast::Assign& assign) {
    const auto& name = assign.name.text;
    if (find_kind("env")->schema->attribute(name) == nullptr) return unknown(assign);
    if (assign.value == nullptr || std::holds_alternative<ast::Broken>(assign.value->node)) return;
    if (name == "platform") return platform(out, *assign.value);
    const auto* literal = std::get_if<ast::Literal>(&assign.value->node);
    if (name == "protect") {
      if (literal == nullptr || literal->value.boolean() == nullptr) return wrong(assign, "true or false");
      out.protect = *literal->value.boolean();
    } else if (literal == nullptr || literal->value.string() == nullptr || literal->value.string()->empty()) {
      wrong(assign, "a String");
    } else {
      (name == "state" ? out.state : out.values) = *literal->value.string();
    }
  }

  void platform(Environment& out, const ast::Expr& value) {
    out.platform_span = value.span;
    if (const auto* name = std::get_if<ast::NameRef>(&value.node)) {
      out.platform = name->name;
    } else if (const auto* member = std::get_if<ast::Member>(&value.node);
               member != nullptr && std::holds_alternative<ast::NameRef>(member->object->node)) {
      out.platform = member->name.text;  // nodes.laptop
    } else {
      diagnostics_.error("E0204", value.span, "`platform` of an environment is the name of a platform", "not a name",
                         "name one of the stack's platform blocks");
    }
  }

  void unknown(const ast::Assign& assign) {
    std::vector<std::string> names;
    for (const auto& attribute : find_kind("env")->schema->attributes) names.push_back(attribute.name);
    const auto near = did_you_mean(assign.name.text, names);
    auto& d = diagnostics_.error(
        "E0203", assign.name.span, fmt::format("an environment has no `{}`", assign.name.text), "unknown attribute",
        near.empty() ? "what differs between environments is a param; its value is in the values file"
                     : fmt::format("did you mean `{}`?", near));
    if (!near.empty()) d.fixes.push_back({assign.name.span, near});
  }

  void wrong(const ast::Assign& assign, std::string_view wanted) {
    diagnostics_.error("E0204", assign.value->span,
                       fmt::format("`{}` of an environment is {}, written out", assign.name.text, wanted), "not that",
                       "environments are read before params and lets have values");
  }

  Diagnostics& diagnostics_;
  std::vector<Environment> found_;
};

}  // namespace

bool is_environment(const ast::BlockItem& block) { return block.kind.text == "env" && !block.existing; }

std::vector<Environment> read_environments(const ast::File& file, Diagnostics& diagnostics) {
  EnvironmentReader reader(diagnostics);
  for (const auto& item : file.items) {
    const auto* block = std::get_if<ast::BlockItem>(&item.node);
    if (block != nullptr && is_environment(*block)) reader.block(*block, item.span);
  }
  return reader.take();
}

void check_environments(const Program& program, Diagnostics& diagnostics) {
  std::vector<std::string> platforms;
  for (const auto& decl : program.decls) {
    if (decl.kind->role == KindRole::platform) platforms.push_back(decl.label);
  }
  std::map<std::string, Span> first;
  for (const auto& one : program.environments) {
    if (const auto [at, fresh] = first.try_emplace(one.name, one.span); !fresh) {
      diagnostics
          .error("E0202", one.span, fmt::format("environment `{}` is declared twice", one.name), "declared again here")
          .secondary.push_back({at->second, "first declared here"});
    }
    if (one.platform.empty() || std::find(platforms.begin(), platforms.end(), one.platform) != platforms.end())
      continue;
    const auto near = did_you_mean(one.platform, platforms);
    diagnostics.error("E0201", one.platform_span, fmt::format("there is no platform `{}`", one.platform),
                      "unknown name",
                      !near.empty()       ? fmt::format("did you mean `{}`?", near)
                      : platforms.empty() ? "declare one, such as nodes here { node a { } }"
                                          : fmt::format("the stack's platforms are {}", fmt::join(platforms, ", ")));
  }
}

}  // namespace infra
