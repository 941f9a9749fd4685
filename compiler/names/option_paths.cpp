#include "compiler/names/option_paths.h"

#include <fmt/format.h>

#include "base/diagnostics/diagnostic.h"
#include "compiler/kinds.h"

namespace infra {
namespace {

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> out(1);
  for (const char c : path) {
    if (c == '.') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

PathProblem unknown(const Schema& schema, const std::string& name, bool top) {
  std::vector<std::string> names;
  for (const auto& attribute : schema.attributes) {
    if (!attribute.computed) names.push_back(attribute.name);
  }
  for (const auto& block : schema.blocks) names.push_back(block.name);
  if (top) names.insert(names.end(), {"name", "labels"});
  const auto near = did_you_mean(name, names);
  return {fmt::format("a {} has no attribute `{}` to ignore", schema.name, name),
          near.empty() ? fmt::format("it has {}", fmt::join(names, ", ")) : fmt::format("did you mean `{}`?", near)};
}

// Below an attribute only the members of a map or record have names.
std::optional<PathProblem> below(const Attribute& attribute, const std::vector<std::string>& steps, std::size_t next) {
  if (attribute.computed) {
    return PathProblem{fmt::format("`{}` is set by the platform", attribute.name),
                       "it is never compared: leave it out"};
  }
  if (next == steps.size()) return std::nullopt;
  const bool has_members = attribute.type.kind() == TypeKind::map || attribute.type.kind() == TypeKind::record;
  if (has_members) return std::nullopt;
  return PathProblem{fmt::format("`{}` has no parts, so `{}` names none", attribute.name, steps[next]),
                     fmt::format("ignore `{}` as a whole", attribute.name)};
}

}  // namespace

std::optional<std::string> attribute_path(const ast::Expr& e) {
  if (const auto* name = std::get_if<ast::NameRef>(&e.node)) return name->name;
  if (const auto* literal = std::get_if<ast::Literal>(&e.node)) {
    return literal->value.string() != nullptr ? std::optional(*literal->value.string()) : std::nullopt;
  }
  const auto* member = std::get_if<ast::Member>(&e.node);
  if (member == nullptr || member->optional) return std::nullopt;
  const auto object = attribute_path(*member->object);
  return object ? std::optional(*object + "." + member->name.text) : std::nullopt;
}

std::optional<PathProblem> problem_of_path(const Schema& schema, const std::string& path) {
  const auto steps = split(path);
  const Schema* here = &schema;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto* attribute = here->attribute(steps[i]);
    const bool shared = i == 0 && (steps[i] == "name" || steps[i] == "labels");
    if (attribute == nullptr && shared) attribute = common_options().attribute(steps[i]);
    if (attribute != nullptr) return below(*attribute, steps, i + 1);
    const auto* block = here->block(steps[i]);
    if (block == nullptr || block->resource) return unknown(*here, steps[i], i == 0);
    here = block->schema.get();
    if (block->labelled) ++i;  // any label
  }
  return PathProblem{fmt::format("`{}` is a whole block", path),
                     fmt::format("name an attribute of it: {}{}.{}", path, here->name == steps.back() ? ".LABEL" : "",
                                 here->attributes.empty() ? "…" : here->attributes.front().name)};
}

bool is_address_of(const std::string& text, const std::string& kind) {
  const auto address = Address::parse(text);
  return address && address->kind == kind && address->is_owner();
}

std::optional<WrittenAddress> written_address(const ast::Expr& e) {
  if (const auto* index = std::get_if<ast::Index>(&e.node)) {
    if (const auto* kind = std::get_if<ast::NameRef>(&index->object->node))
      return WrittenAddress{kind->name, {{{}, index->index.get()}}};
    auto object = written_address(*index->object);
    if (object && !object->steps.empty()) {
      object->steps.push_back({{}, index->index.get()});
      return object;
    }
    return std::nullopt;
  }
  const auto* member = std::get_if<ast::Member>(&e.node);
  if (member == nullptr || member->optional) return std::nullopt;
  if (const auto* kind = std::get_if<ast::NameRef>(&member->object->node)) {
    return WrittenAddress{kind->name, {{member->name.text, nullptr}}};
  }
  auto object = written_address(*member->object);
  if (!object) return std::nullopt;
  object->steps.push_back({member->name.text, nullptr});
  return object;
}

}  // namespace infra
