#include "manual/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/codes.h"
#include "compiler/functions.h"
#include "compiler/kinds.h"
#include "manual/pages.h"

namespace infra {
namespace {

// `|` would end a table's cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string code_cell(std::string_view text) { return "`" + cell(text) + "`"; }

std::string fallback(const Attribute& attribute) {
  if (attribute.required) return "required";
  if (attribute.fallback) return code_cell(to_source(*attribute.fallback));
  return attribute.type.optional ? "–" : "";
}

std::string doc_of(const Attribute& attribute) {
  std::string doc = cell(attribute.doc);
  if (!attribute.platforms.empty()) doc += fmt::format(" Only on {}.", fmt::join(attribute.platforms, ", "));
  return doc;
}

void attributes(const Schema& schema, std::string& out) {
  const bool any = std::any_of(schema.attributes.begin(), schema.attributes.end(),
                               [](const Attribute& attribute) { return !attribute.computed; });
  if (!any) return;
  out += "| attribute | type | default | a change | |\n|---|---|---|---|---|\n";
  for (const auto& attribute : schema.attributes) {
    if (attribute.computed) continue;
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", attribute.name, code_cell(to_text(attribute.type.required())),
                       fallback(attribute), attribute.change == OnChange::replace ? "replaces" : "updates",
                       doc_of(attribute));
  }
  out += '\n';
}

void outputs(const Schema& schema, std::string& out) {
  bool first = true;
  for (const auto& attribute : schema.attributes) {
    if (!attribute.computed) continue;
    if (first) out += "Known after apply:\n\n| output | type | |\n|---|---|---|\n";
    first = false;
    out += fmt::format("| `{}` | {} | {} |\n", attribute.name, code_cell(to_text(attribute.type)), doc_of(attribute));
  }
  if (!first) out += '\n';
}

std::string_view times(const Block& block) {
  if (block.times == Times::many) return "any number of times";
  return block.times == Times::once ? "once" : "at most once";
}

void body(const Schema& schema, const std::string& path, std::size_t level, std::string& out) {
  attributes(schema, out);
  outputs(schema, out);
  for (const auto& block : schema.blocks) {
    const auto inner = path + " › " + block.name;
    out += fmt::format("{} `{}`{}\n\n", std::string(level, '#'), inner, block.labelled ? " NAME" : "");
    out += fmt::format("{} It may stand {}.", block.doc, times(block));
    if (block.resource) {
      out += fmt::format(" It is a resource of its own: [{0}]({0}.md).\n\n", block.name);
      continue;
    }
    out += "\n\n";
    if (block.schema != nullptr) body(*block.schema, inner, std::min<std::size_t>(level + 1, 6), out);
  }
}

std::string platforms_of(const Kind& kind, const PlatformTable& platforms) {
  std::vector<std::string> able;
  for (const auto& platform : platforms.platform_kinds()) {
    if (platforms.serves(platform, kind.schema->name)) able.push_back(platform);
  }
  return fmt::format("Platforms: {}.",
                     able.empty() ? "none in this version" : fmt::format("{}", fmt::join(able, ", ")));
}

std::string page_of(const Kind& kind, const PlatformTable& platforms) {
  const auto& schema = *kind.schema;
  std::string out = fmt::format("# {}\n\n{}\n\n", schema.name, schema.doc);
  if (kind.role == KindRole::platform) {
    out += "This is a platform: where things run.\n\n";
  } else {
    out += platforms_of(kind, platforms) + "\n\n";
    if (!kind.parent.empty()) out += fmt::format("It stands inside a [{0}]({0}.md).\n\n", kind.parent);
  }
  body(schema, schema.name, 2, out);
  if (kind.role == KindRole::resource) out += "It also takes [what every resource takes](../options.md).\n";
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string options_page() {
  std::string out = fmt::format("# Options of every resource\n\n{}\n\n", common_options().doc);
  body(common_options(), "options", 2, out);
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

bool named(const Function& function) {
  const char first = function.name[0];
  return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
}

std::string functions_page() {
  std::string out =
      "# Functions\n\nAll are pure. `x.f(a)` is `f(x, a)`; `T` and `U` stand for any type, `Num` for Int or Float, `?` "
      "marks an argument that may be left out.\n\n| function | |\n|---|---|\n";
  for (const auto& function : all_functions()) {
    if (named(function)) {
      out += fmt::format("| {} | {} |\n", code_cell(fmt::format("{}{}", function.name, function.signature)),
                         cell(function.doc));
    }
  }
  out +=
      "\n`read(\"path\")` is the text of a file in the stack's folder, `read_json(\"path\")` its value.\n"
      "\n## Operators\n\n| operator | |\n|---|---|\n";
  for (const auto& function : all_functions()) {
    if (!named(function)) out += fmt::format("| {} | {} |\n", code_cell(function.name), cell(function.doc));
  }
  return out;
}

std::string codes_page() {
  std::string out =
      "# Codes of messages\n\n`infra explain CODE` shows the same in a terminal.\n\n| code | |\n|---|---|\n";
  for (const auto& code : all_codes()) {
    out += find_page(code.code) != nullptr
               ? fmt::format("| [{0}](../codes/{0}.md) | {1} |\n", code.code, cell(code.title))
               : fmt::format("| {} | {} |\n", code.code, cell(code.title));
  }
  return out;
}

void list_kinds(KindRole role, std::string& out) {
  for (const auto& kind : all_kinds()) {
    if (kind.role != role) continue;
    out += fmt::format("| [{0}](kinds/{0}.md) | {1} |\n", kind.schema->name, cell(kind.schema->doc));
  }
}

std::string index_page() {
  std::string out =
      "# Reference\n\nMade by `infra docs` from what the program itself reads.\n\n## Kinds\n\n| kind | |\n|---|---|\n";
  list_kinds(KindRole::resource, out);
  out += "\n## Platforms\n\n| platform | |\n|---|---|\n";
  list_kinds(KindRole::platform, out);
  out +=
      "\n## More\n\n- [Options of every resource](options.md)\n- [Functions](functions.md)\n- [Codes of "
      "messages](codes.md)\n";
  return out;
}

}  // namespace

std::string kind_page(const std::string& name, const PlatformTable& platforms) {
  const auto* kind = find_kind(name);
  return kind != nullptr ? page_of(*kind, platforms) : std::string();
}

std::vector<ManualFile> manual(const PlatformTable& platforms) {
  std::vector<ManualFile> out;
  out.push_back({"reference/README.md", index_page()});
  out.push_back({"reference/codes.md", codes_page()});
  out.push_back({"reference/functions.md", functions_page()});
  out.push_back({"reference/options.md", options_page()});
  for (const auto& kind : all_kinds()) {
    out.push_back({fmt::format("reference/kinds/{}.md", kind.schema->name), page_of(kind, platforms)});
  }
  for (const auto& page : all_pages()) {
    out.push_back({fmt::format("codes/{}.md", page.code), std::string(page.text)});
  }
  std::sort(out.begin(), out.end(), [](const ManualFile& a, const ManualFile& b) { return a.path < b.path; });
  return out;
}

std::vector<ManualFile> manual_html(const PlatformTable& platforms) {
  auto out = manual(platforms);
  for (auto& file : out) {
    file.path.replace(file.path.size() - 3, 3, ".html");
    if (file.path == "reference/README.html") file.path = "reference/index.html";
    file.text = to_html(file.text);
  }
  return out;
}

}  // namespace infra
