#include "tests/readers/varied_stack.h"

#include <fmt/format.h>

#include <stdexcept>

#include "grammar/parser.h"

namespace infra::testing {

namespace {

const ast::BlockItem* block_in(const ast::Item& item, const std::string& kind) {
  const auto* block = std::get_if<ast::BlockItem>(&item.node);
  return block != nullptr && block->kind.text == kind && !block->existing ? block : nullptr;
}

// All of the kind, inside of what they have to stand in.
std::vector<const ast::Item*> declared(const ast::Items& items, const Kind& kind) {
  std::vector<const ast::Item*> out;
  for (const auto& item : items) {
    if (block_in(item, kind.schema->name) != nullptr) out.push_back(&item);
    const auto* parent = kind.parent.empty() ? nullptr : block_in(item, kind.parent);
    if (parent == nullptr) continue;
    for (const auto& inner : parent->items) {
      if (block_in(inner, kind.schema->name) != nullptr) out.push_back(&inner);
    }
  }
  return out;
}

std::string reference_to(const ast::BlockItem& block) {
  return block.label ? fmt::format("{}.{}", block.kind.text, block.label->text) : block.kind.text;
}

}  // namespace

const ast::Item* Site::find(std::string_view attribute) const {
  for (const auto& item : *items) {
    const auto* assign = std::get_if<ast::Assign>(&item.node);
    if (missing.empty() && assign != nullptr && assign->name.text == attribute) return &item;
  }
  return nullptr;
}

StackText::StackText(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
  const auto id = sources_.add(name_, text_);
  Diagnostics diagnostics;
  file_ = parse(sources_, id, diagnostics);
  if (diagnostics.has_errors()) throw std::runtime_error(render_text(diagnostics, sources_));
}

std::vector<Site> StackText::sites_of(const Accepted& accepted) const {
  const auto site_at = [&](const ast::Item& item) {
    return Site{.line = sources_.locate(file_.id, item.span.begin).line,
                .body = static_cast<std::uint32_t>(text_.find('{', item.span.end) + 1),
                .items = &std::get<ast::BlockItem>(item.node).items};
  };
  std::vector<Site> out;
  for (const auto* item : declared(file_.items, *accepted.kind)) out.push_back(site_at(*item));
  for (const auto* block : accepted.blocks) {
    std::vector<Site> below;
    for (auto& site : out) {
      const auto before = below.size();
      for (const auto& item : *site.items) {
        if (site.missing.empty() && block_in(item, block->name) != nullptr) below.push_back(site_at(item));
      }
      if (below.size() != before) continue;
      site.missing.push_back(block);
      below.push_back(std::move(site));
    }
    out = std::move(below);
  }
  return out;
}

Edited StackText::with(const Site& site, const std::string& attribute, const std::string& value) const {
  auto written = fmt::format("{} = {}", attribute, value);
  for (auto block = site.missing.rbegin(); block != site.missing.rend(); ++block) {
    written = fmt::format("{}{} {{ {} }}", (*block)->name, (*block)->labelled ? " added" : "", written);
  }
  const auto* there = site.find(attribute);
  const auto begin = there != nullptr ? there->whole.begin : site.body;
  const auto end = there != nullptr ? there->whole.end : site.body;
  const auto rest = text_.substr(end);
  return {.text = text_.substr(0, begin) + "\n" + written + "\n" + (rest.starts_with(";") ? rest.substr(1) : rest),
          .written = written};
}

Edited StackText::without(const Site& site, const std::string& attribute) const {
  const auto* there = site.find(attribute);
  if (there == nullptr) return {.text = text_, .written = "nothing"};
  const auto rest = text_.substr(there->whole.end);
  return {.text = text_.substr(0, there->whole.begin) + (rest.starts_with(";") ? rest.substr(1) : rest),
          .written = "nothing"};
}

std::vector<std::string> StackText::names_of(const std::string& kind) const {
  std::vector<std::string> out;
  for (const auto& item : file_.items) {
    const auto* block = std::get_if<ast::BlockItem>(&item.node);
    if (block == nullptr || find_kind(block->kind.text) == nullptr) continue;
    const auto role = find_kind(block->kind.text)->role;
    if (role != KindRole::resource) continue;
    if (kind.empty() || block->kind.text == kind) out.push_back(reference_to(*block));
    for (const auto& inner : block->items) {
      const auto* child = kind.empty() ? nullptr : block_in(inner, kind);
      const auto* declared = child != nullptr ? find_kind(kind) : nullptr;
      if (declared == nullptr || declared->parent != block->kind.text) continue;
      out.push_back(fmt::format("{}.{}", reference_to(*block), child->label->text));
    }
  }
  return out;
}

}  // namespace infra::testing
