#include "lsp/completion_items.h"

#include <fmt/format.h>

#include <algorithm>

#include "lsp/explain.h"

namespace infra::lsp {
namespace {

enum Icon {
  method = 2,
  function = 3,
  field = 5,
  variable = 6,
  class_ = 7,
  module = 9,
  property = 10,
  keyword = 14,
  enum_member = 20,
  constant = 21,
  struct_ = 22
};

struct Statement {
  std::string_view word;
  std::string_view snippet;
  std::string_view doc;
};
constexpr Statement kStatements[] = {
    {"assert", "assert ${1:condition} else \"$0\"", "What must hold; else the message is an error."},
    {"existing", "existing ${1:kind} ${2:name} {\n\t$0\n}", "Something that this stack refers to and doesn't own."},
    {"expect", "expect $0", "What must hold in this test."},
    {"fn", "fn ${1:name}(${2:x}: ${3:String}): ${4:String} = $0", "A function of this stack."},
    {"for", "for ${1:x} in ${2:list} {\n\t$0\n}", "Its items once for each element, known by its key."},
    {"if", "if ${1:condition} {\n\t$0\n}", "Its items only if the condition holds."},
    {"let", "let ${1:name} = $0", "A named value."},
    {"module", "module ${1:name} {\n\tfrom = \"$0\"\n}", "Another stack as one block."},
    {"output", "output ${1:name} = $0", "A value that apply and `infra output` print."},
    {"param", "param ${1:name}: ${2:String}$0", "A value that is given from outside."},
    {"policy", "policy ${1:name} on ${2:service} ${3:s} {\n\tassert $0\n}", "A rule for everything of a kind."},
    {"rejects", "rejects ${1:E0210} {\n\t$0\n}", "With these params the stack must fail with this code."},
    {"stack", "stack \"$0\"", "The stack's name in state, labels and tags."},
    {"test", "test \"${1:name}\" {\n\t$0\n}", "A test that `infra test` runs."},
    {"type", "type ${1:Name} = $0", "A named type."},
    {"use", "use \"./${1:names}.lib.infra\" as ${2:names}$0", "The lets, fns and types of a library file."},
    {"with", "with {\n\t$0\n}", "The params of this test."},
};
constexpr std::array kAtTheTop =
    std::to_array<std::string_view>({"assert", "existing", "fn", "for", "if", "let", "module", "output", "param",
                                     "policy", "stack", "test", "type", "use"});

Icon icon_of(const Candidate& c) {
  switch (c.kind) {
    case Candidate::enumerator:
      return enum_member;
    case Candidate::attribute:
      return property;
    case Candidate::field:
      return field;
    case Candidate::function:
      return function;
    case Candidate::type_name:
      return struct_;
    case Candidate::symbol:
      break;
  }
  return c.of == SymbolKind::let ? constant : c.of == SymbolKind::declaration ? module : variable;
}

char order_of(const Candidate& c, bool behind_dot) {
  switch (c.kind) {
    case Candidate::enumerator:
      return '0';
    case Candidate::symbol:
      return c.of == SymbolKind::local ? '1' : '2';
    case Candidate::field:
    case Candidate::attribute:
      return behind_dot ? '3' : '4';
    default:
      return '6';
  }
}

std::string parameters_of(const Function& f) {
  return std::string(f.signature.substr(1, f.signature.find(") ->") - 1));
}

// Behind a dot the object is the first argument; without another one the brackets may be left out.
std::string call_of(const Candidate& c, bool behind_dot) {
  const bool several = c.library == nullptr || parameters_of(*c.library).find(", ") != std::string::npos;
  return behind_dot && !several ? c.text : c.text + "($0)";
}

// A snippet for those who can't fill one in: its text up to the first place to fill.
std::string without_places(const std::string& snippet) {
  const auto place = snippet.find('$');
  auto out = snippet.substr(0, place);
  while (out.ends_with('\t') || out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace

Json Items::take() {
  std::sort(items_.begin(), items_.end(),
            [](const Json& a, const Json& b) { return a.at("sortText") < b.at("sortText"); });
  return std::move(items_);
}

void Items::add(const Item& item) {
  Json out = {{"label", item.label}, {"kind", item.icon}, {"sortText", fmt::format("{}{}", item.order, item.label)}};
  if (!item.detail.empty()) out["detail"] = item.detail;
  if (!item.documentation.empty()) out["documentation"] = {{"kind", "markdown"}, {"value", item.documentation}};
  const bool places = item.insert.find('$') != std::string::npos;
  std::string text = bare || item.insert.empty() ? item.label : item.insert;
  if (places && !snippets_ && !bare) text = without_places(item.insert);
  constexpr int kSnippet = 2;
  if (places && snippets_ && !bare) out["insertTextFormat"] = kSnippet;
  out["textEdit"] = {{"range", range_}, {"newText", text}};
  items_.push_back(std::move(out));
}

void Items::add(const Candidate& c, bool behind_dot) {
  Item item{.label = c.text, .icon = icon_of(c), .documentation = c.doc, .order = order_of(c, behind_dot)};
  if (!c.type.is_error()) item.detail = to_text(c.type);
  if (c.kind == Candidate::function) {
    item.insert = call_of(c, behind_dot);
    if (c.library != nullptr) item.detail = signature(*c.library);
  }
  add(item);
}

void Items::add_literals(const Type& expected) {
  if (expected.kind() == TypeKind::boolean) {
    for (const auto* word : {"true", "false"}) add({.label = word, .icon = keyword, .order = '0'});
  }
  if (expected.optional)
    add({.label = "null", .icon = keyword, .documentation = "As if it were not given.", .order = '7'});
}

void Items::add_attribute(const Attribute& a, char order) {
  add({.label = a.name,
       .icon = property,
       .detail = to_text(a.type) + (a.required ? ", required" : ""),
       .documentation = explain(a),
       .insert = a.name + " = $0",
       .order = order});
}

void Items::add_block(const Block& b) {
  add({.label = b.name,
       .icon = class_,
       .detail = b.labelled ? "block with a name" : "block",
       .documentation = explain(b),
       .insert = fmt::format("{}{} {{\n\t$0\n}}", b.name, b.labelled ? " ${1:name}" : ""),
       .order = b.times == Times::once ? '0' : '2'});
}

void Items::add_schema(const Schema& schema, bool resource, const std::vector<std::string>& set) {
  const auto is_set = [&](const std::string& name) { return std::find(set.begin(), set.end(), name) != set.end(); };
  for (const auto& a : schema.attributes) {
    if (!a.computed && !is_set(a.name)) add_attribute(a, a.required ? '0' : '1');
  }
  for (const auto& b : schema.blocks) {
    if (b.times == Times::many || !is_set(b.name)) add_block(b);
  }
  if (resource) {
    for (const auto* options : {&common_options(), &tie_options()}) {
      for (const auto& a : options->attributes) {
        if (!is_set(a.name)) add_attribute(a, '3');
      }
    }
  }
  add_statements(std::array<std::string_view, 2>{"for", "if"});
}

void Items::add_kinds(bool bare_names) {
  for (const auto& kind : all_kinds()) {
    if (!kind.parent.empty() && !bare_names) continue;
    const auto& name = kind.schema->name;
    add({.label = name,
         .icon = class_,
         .detail = kind.role == KindRole::platform ? "platform" : "kind",
         .documentation = explain(kind),
         .insert = bare_names ? name : fmt::format("{} ${{1:name}} {{\n\t$0\n}}", name),
         .order = '1'});
  }
}

void Items::add_top_level() {
  add_kinds(false);
  add_statements(kAtTheTop);
  add({.label = "platform",
       .icon = property,
       .detail = "platform",
       .documentation = "Where the stack's resources run.",
       .insert = "platform = $0",
       .order = '3'});
}

void Items::add_statements(std::span<const std::string_view> words) {
  for (const auto& s : kStatements) {
    if (std::find(words.begin(), words.end(), s.word) == words.end()) continue;
    add({.label = std::string(s.word),
         .icon = keyword,
         .documentation = std::string(s.doc),
         .insert = std::string(s.snippet),
         .order = '4'});
  }
}

void Items::add_param(const Symbol& param) {
  add({.label = param.name,
       .icon = variable,
       .detail = to_text(param.type),
       .documentation = param.doc,
       .insert = param.name + " = $0",
       .order = '1'});
}

void Items::add_key(const Field& f) {
  add({.label = f.name,
       .icon = field,
       .detail = to_text(f.type),
       .documentation = {},
       .insert = f.name + ": $0",
       .order = '1'});
}

}  // namespace infra::lsp
