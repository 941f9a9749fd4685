// What could stand here? Words of the schema where an item begins; elsewhere the compiler is asked.
#include <fmt/format.h>

#include <algorithm>

#include "base/overloaded.h"
#include "lsp/completion_context.h"
#include "lsp/completion_items.h"
#include "lsp/lookup.h"
#include "lsp/methods.h"

namespace infra::lsp {
namespace {

// A name that stands for what isn't typed yet; no keyword, so that the line can be parsed.
constexpr std::string_view kPlaceholder = "completed_here";

struct Question {
  Session& session;
  const Place& place;
  Cursor cursor;

  [[nodiscard]] std::string_view text() const { return place.source().text; }
  [[nodiscard]] std::string_view rest_of_line() const {
    auto rest = text().substr(cursor.end);
    rest = rest.substr(0, rest.find('\n'));
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r')) rest.remove_prefix(1);
    return rest;
  }
  [[nodiscard]] Analysis ask(std::string_view instead, std::optional<Probe> probe) const {
    auto changed = std::string(text());
    changed.replace(cursor.begin, cursor.end - cursor.begin, instead);
    return session.analysis_with(place.document.folder, {{place.document.name, std::move(changed)}}, std::move(probe));
  }
  [[nodiscard]] Probe probe() const {
    const auto end = cursor.begin + static_cast<std::uint32_t>(kPlaceholder.size());
    return {.at = {place.file, cursor.begin, end}};
  }
};

// The compiler answers if it comes to the place; a half-typed line is made whole in the ways that there are.
Json names(const Question& q, Items& items) {
  const auto* endings = q.cursor.wants_block && q.rest_of_line().find('{') == std::string_view::npos ? " {}" : "";
  for (const std::string_view ending : {std::string_view(endings), std::string_view(" : null")}) {
    const auto answer = q.ask(fmt::format("{}{}", kPlaceholder, ending), q.probe());
    const auto& probe = *answer.index.probe;
    if (!probe.met) continue;
    if (probe.expected && q.cursor.place == Cursor::value) items.add_literals(*probe.expected);
    for (const auto& candidate : probe.candidates) {
      const bool in_condition = probe.expected && probe.expected->kind() == TypeKind::boolean &&
                                candidate.kind == Candidate::symbol;  // `env` begins `env == "prod"`
      if (candidate.fits || in_condition) items.add(candidate, q.cursor.place == Cursor::member);
    }
    break;
  }
  return items.take();
}

// The innermost block around the place, by its item; nullptr at the top of the file.
class Innermost {
 public:
  Innermost(std::string_view text, std::uint32_t offset) : text_(text), offset_(offset) {}

  const ast::Item* in(const ast::Items& items, const ast::Item* outer) const {
    for (const auto& item : items) {
      if (contains(item)) return in_item(item, outer);
    }
    return outer;
  }

 private:
  // One that was never closed reaches to its end.
  [[nodiscard]] bool contains(const ast::Item& item) const {
    const bool closed = item.whole.end > 0 && text_[item.whole.end - 1] == '}';
    return item.span.end <= offset_ && (closed ? offset_ < item.whole.end : offset_ <= item.whole.end);
  }

  [[nodiscard]] const ast::Item* in_item(const ast::Item& item, const ast::Item* outer) const {
    return std::visit(Overloaded{
                          [&](const ast::BlockItem& b) { return in(b.items, &item); },
                          [&](const ast::Test& t) { return in(t.items, &item); },
                          [&](const ast::With& w) { return in(w.items, &item); },
                          [&](const ast::Rejects& r) { return in(r.items, &item); },
                          [&](const ast::Policy& p) { return in(p.items, &item); },
                          [&](const ast::For& f) { return in(f.items, outer); },
                          [&](const ast::If& i) { return in(i.else_items, in(i.then_items, outer)); },
                          [&](const auto&) { return outer; },
                      },
                      item.node);
  }

  std::string_view text_;
  std::uint32_t offset_;
};

Body body_of(const Index& index, const ast::Item& item) {
  for (const auto& body : index.bodies) {
    if (body.item == &item) return body;
  }
  const auto* block = std::get_if<ast::BlockItem>(&item.node);  // of a kind that can be guessed: its name is missing
  const auto* kind = block != nullptr ? find_kind(block->kind.text) : nullptr;
  if (kind == nullptr) return {};
  return {.item = &item, .schema = kind->schema.get(), .resource = kind->role == KindRole::resource};
}

void names_set(const ast::Items& items, std::vector<std::string>& out) {
  for (const auto& item : items) {
    if (const auto* a = std::get_if<ast::Assign>(&item.node)) out.push_back(a->name.text);
    if (const auto* b = std::get_if<ast::BlockItem>(&item.node)) out.push_back(b->kind.text);
    if (const auto* i = std::get_if<ast::If>(&item.node)) {
      names_set(i->then_items, out);
      names_set(i->else_items, out);
    }
  }
}

Json item_words(const Question& q, Items& items) {
  const auto rest = q.rest_of_line();
  const bool alone = rest.empty() || rest[0] == '}' || rest.starts_with("//");
  items.bare = !alone;
  const auto word = q.text().substr(q.cursor.begin, q.cursor.end - q.cursor.begin);
  const auto answer = q.ask(alone ? "" : word, Probe{});
  const ast::Item* around = nullptr;
  for (const auto& file : answer.index.files) {
    const auto& text = answer.compiled.sources.file(file.id).text;
    if (file.id == q.place.file) around = Innermost(text, q.cursor.begin).in(file.items, nullptr);
  }
  if (around == nullptr) {
    items.add_top_level();
    return items.take();
  }
  if (std::holds_alternative<ast::With>(around->node) || std::holds_alternative<ast::Rejects>(around->node)) {
    for (const auto& [span, symbol] : answer.index.symbols) {
      if (symbol.kind == SymbolKind::param) items.add_param(symbol);
    }
    return items.take();
  }
  if (std::holds_alternative<ast::Test>(around->node))
    items.add_statements(std::array<std::string_view, 3>{"with", "expect", "rejects"});
  if (std::holds_alternative<ast::Policy>(around->node))
    items.add_statements(std::array<std::string_view, 1>{"assert"});
  const auto body = body_of(answer.index, *around);
  if (body.schema == nullptr) return items.take();
  std::vector<std::string> set;
  names_set(std::get<ast::BlockItem>(around->node).items, set);
  items.add_schema(*body.schema, body.resource, set);
  return items.take();
}

// The fields of the record that is expected around the place.
Json keys(const Question& q, Items& items) {
  const auto rest = q.rest_of_line();
  const bool alone = rest.empty() || rest[0] == '}' || rest[0] == ',';
  const auto word = q.text().substr(q.cursor.begin, q.cursor.end - q.cursor.begin);
  const auto answer = q.ask(alone ? "" : word, Probe{});
  const Place there{q.place.document, answer, q.place.file, q.cursor.begin};
  const auto around = expression_at(there);
  const auto* map = around.expr != nullptr ? std::get_if<ast::MapExpr>(&around.expr->node) : nullptr;
  if (map == nullptr || !around.facts->expected) return items.take();
  for (const auto& field : around.facts->expected->fields()) {
    const bool given = std::any_of(map->entries.begin(), map->entries.end(),
                                   [&](const auto& entry) { return entry.key.text == field.name; });
    if (!given) items.add_key(field);
  }
  return items.take();
}

}  // namespace

Answer completion(Session& session, const Json& params) {
  const auto place = session.place(params);
  if (!place) return Json::array();
  const Question q{session, *place, cursor_at(place->analysis.compiled.sources, place->file, place->offset)};
  Items items(range_json(place->source(), q.cursor.begin, q.cursor.end), session.snippets);
  switch (q.cursor.place) {
    case Cursor::item:
      return item_words(q, items);
    case Cursor::key:
      return keys(q, items);
    case Cursor::kind:
      items.add_kinds(true);
      return items.take();
    case Cursor::value:
    case Cursor::member:
    case Cursor::type:
      return names(q, items);
    case Cursor::nothing:
      break;
  }
  return Json::array();
}

}  // namespace infra::lsp
