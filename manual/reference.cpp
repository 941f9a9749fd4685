#include "manual/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/diagnostics/codes.h"
#include "compiler/functions/functions.h"
#include "compiler/kinds.h"
#include "compiler/kinds/without_effect.h"
#include "manual/guide.h"
#include "manual/pages.h"
#include "manual/table.h"

namespace infra {
namespace {

std::string fallback(const Attribute& attribute) {
  if (attribute.required) return "required";
  if (attribute.fallback) return code_cell(to_source(*attribute.fallback));
  return attribute.type.optional ? "–" : "";
}

bool among(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// The platforms that this version builds a kind on, or a part of one ("service.route").
std::vector<std::string> builders(const PlatformTable& platforms, const std::string& name) {
  std::vector<std::string> out;
  for (const auto& platform : platforms.platform_kinds()) {
    if (platforms.serves(platform, name)) out.push_back(platform);
  }
  return out;
}

std::vector<std::string> readers_of(const PlatformTable& platforms, const std::string& kind) {
  std::vector<std::string> out;
  for (const auto& platform : platforms.platform_kinds()) {
    if (platforms.reads(platform, kind)) out.push_back(platform);
  }
  return out;
}

// The platforms of the language that could have it and that no provider of this version is for.
std::vector<std::string> only_checked(const PlatformTable& platforms, const std::vector<std::string>& only) {
  std::vector<std::string> out;
  for (const auto& kind : all_kinds()) {
    const auto& name = kind.schema->name;
    if (kind.role != KindRole::platform || among(platforms.platform_kinds(), name)) continue;
    if (only.empty() || among(only, name)) out.push_back(name);
  }
  return out;
}

// A body of the schema on its way down: how it is called in headings, and in the tables of platforms.
struct Part {
  std::string heading;
  std::string name;
};

class Pages {
 public:
  explicit Pages(const PlatformTable& platforms) : platforms_(platforms) {}

  void body(const Schema& schema, const Part& part, std::size_t level, std::string& out) const;

 private:
  // What a reader must know before he relies on it: where it works, or that it works nowhere yet.
  [[nodiscard]] std::string limits(const std::vector<std::string>& only, const Part& of,
                                   const std::string& name) const {
    if (!only.empty()) return fmt::format(" Only on {}.", fmt::join(only, ", "));
    const auto kind = of.name.substr(0, of.name.find('.'));
    if (builders(platforms_, kind).empty()) return "";  // said of the whole kind already
    return builders(platforms_, of.name + "." + name).empty() ? " Checked, but not built by this version (E0310)." : "";
  }

  void attributes(const Schema& schema, const Part& part, std::string& out) const;
  void outputs(const Schema& schema, std::string& out) const;

  const PlatformTable& platforms_;
};

void Pages::attributes(const Schema& schema, const Part& part, std::string& out) const {
  const bool any = std::any_of(schema.attributes.begin(), schema.attributes.end(),
                               [](const Attribute& attribute) { return !attribute.computed; });
  if (!any) return;
  out += "| attribute | type | default | a change | |\n|---|---|---|---|---|\n";
  for (const auto& attribute : schema.attributes) {
    if (attribute.computed) continue;
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", attribute.name, code_cell(to_text(attribute.type.required())),
                       fallback(attribute), attribute.change == OnChange::replace ? "replaces" : "updates",
                       cell(attribute.doc) + limits(attribute.platforms, part, attribute.name));
  }
  out += '\n';
}

void Pages::outputs(const Schema& schema, std::string& out) const {
  bool first = true;
  for (const auto& attribute : schema.attributes) {
    if (!attribute.computed) continue;
    if (first) out += "Known after apply:\n\n| output | type | |\n|---|---|---|\n";
    first = false;
    out += fmt::format("| `{}` | {} | {} |\n", attribute.name, code_cell(to_text(attribute.type)), cell(attribute.doc));
  }
  if (!first) out += '\n';
}

std::string_view times(const Block& block) {
  if (block.times == Times::many) return "may be repeated";
  return block.times == Times::once ? "is given once" : "is given at most once";
}

void Pages::body(const Schema& schema, const Part& part, std::size_t level, std::string& out) const {
  attributes(schema, part, out);
  outputs(schema, out);
  for (const auto& block : schema.blocks) {
    const Part inner{part.heading + " › " + block.name, part.name + "." + block.name};
    out += fmt::format("{} `{}`{}\n\n", std::string(level, '#'), inner.heading, block.labelled ? " NAME" : "");
    out += fmt::format("{} It {}.{}", block.doc, times(block), limits(block.platforms, part, block.name));
    if (is_named_for_platform(block)) out += " Other platforms pass over it.";
    if (block.resource) {
      out += fmt::format(" It is a resource of its own: [{0}]({0}.md).\n\n", block.name);
      continue;
    }
    out += "\n\n";
    if (block.schema != nullptr) body(*block.schema, inner, std::min<std::size_t>(level + 1, 6), out);
  }
}

// "aws, nodes and simulator"
std::string with_and(const std::vector<std::string>& names) {
  if (names.size() < 2) return names.empty() ? "" : names.front();
  return fmt::format("{} and {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

std::string platforms_of(const Kind& kind, const PlatformTable& platforms) {
  const auto able = builders(platforms, kind.schema->name);
  const auto checked = only_checked(platforms, kind.platforms);
  std::string out = able.empty() ? "No platform of this version can build it (E0310)."
                                 : fmt::format("This version builds it on {}.", with_and(able));
  if (!checked.empty()) out += fmt::format(" `infra validate` also checks it for {}.", with_and(checked));
  const auto readers = readers_of(platforms, kind.schema->name);
  if (!readers.empty()) out += fmt::format(" An `existing` one can be read on {}.", with_and(readers));
  return out;
}

std::string platform_text(const Kind& kind, const PlatformTable& platforms) {
  std::string out = "This is a platform: where things run.";
  if (!among(platforms.platform_kinds(), kind.schema->name))
    out += " This version checks stacks for it with `infra validate` and can't build them yet (E0711).";
  return out;
}

// What a platform accepts and makes nothing of.
std::string effects_of(const Kind& kind) {
  std::string out;
  for (const auto& one : without_effect()) {
    if (one.kind != kind.schema->name) continue;
    const auto where = one.platforms.empty() ? "Refused everywhere" : "On " + with_and(one.platforms);
    std::vector<std::string> names;
    for (const auto& attribute : one.attributes) names.push_back(code_cell(attribute));
    out += fmt::format("- {}: {} – {}.\n", where, with_and(names), one.why);
  }
  if (out.empty()) return out;
  return "## Without effect\n\nOne file may be for several platforms, so what means something on one of them is "
         "accepted on the "
         "others, too. This has no effect:\n\n" +
         out + "\n";
}

std::string page_of(const Kind& kind, const PlatformTable& platforms) {
  const auto& schema = *kind.schema;
  std::string out = fmt::format("# {}\n\n{}\n\n", schema.name, schema.doc);
  if (kind.role == KindRole::platform) {
    out += platform_text(kind, platforms) + "\n\n";
  } else if (kind.role == KindRole::environment) {
    out += "It belongs at the top of a file, and its attributes are literals.\n\n";
  } else {
    out += platforms_of(kind, platforms) + "\n\n";
    if (!kind.parent.empty()) out += fmt::format("It belongs inside a [{0}]({0}.md).\n\n", kind.parent);
  }
  if (const auto* example = find_example(schema.name)) out += fmt::format("```infra\n{}```\n\n", example->text);
  Pages(platforms).body(schema, {schema.name, schema.name}, 2, out);
  out += effects_of(kind);
  if (kind.role == KindRole::resource) out += "It also takes [what every resource takes](../options.md).\n";
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string options_page(const PlatformTable& platforms) {
  std::string out = fmt::format("# Options of every resource\n\n{}\n\n", common_options().doc);
  auto all = common_options();
  all.attributes.insert(all.attributes.end(), tie_options().attributes.begin(), tie_options().attributes.end());
  Pages(platforms).body(all, {"options", ""}, 2, out);
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

// Operators stand in the same table, some of them as words.
bool is_operator(const Function& function) {
  constexpr std::string_view kWords[] = {"and", "in", "not", "or"};
  const char first = function.name[0];
  const bool word = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  return !word || std::find(std::begin(kWords), std::end(kWords), function.name) != std::end(kWords);
}

std::string functions_page() {
  std::string out =
      "# Functions\n\nAll are pure. `x.f(a)` is `f(x, a)`. `?` marks an argument that may be left out, `...` one that "
      "may be repeated; a result with `?` may be null. One name means one type: `T` and `U` for any, `Num` for "
      "Int "
      "or Float, `Amount` also for Bytes, Duration and Cpu, `Ordered` for what can be compared, `Text` for what can "
      "stand in a text. `Value` is anything but null, `Any` anything.\n\n| function | |\n|---|---|\n";
  std::string operators;
  for (const auto& function : all_functions()) {
    if (function.name == "interpolate") continue;  // what `"${x}"` becomes; nobody writes it
    if (is_operator(function)) {
      operators += fmt::format("| {} | {} |\n", code_cell(function.name), cell(function.doc));
    } else {
      std::vector<std::string> forms;
      for (const auto text : signature_texts(function))
        forms.push_back(code_cell(fmt::format("{}{}", function.name, text)));
      out += fmt::format("| {} | {} |\n", fmt::join(forms, "<br>"), cell(function.doc));
    }
  }
  return out +
         "\n`read(\"path\")` is the text of a file in the stack's folder, `read_json(\"path\")` its value.\n"
         "\n## Operators\n\n| operator | |\n|---|---|\n" +
         operators;
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

void list_kinds(const PlatformTable& platforms, std::string& out) {
  out += "| kind | | built on | checked for |\n|---|---|---|---|\n";
  for (const auto& kind : all_kinds()) {
    if (kind.role != KindRole::resource) continue;
    const auto& name = kind.schema->name;
    out += fmt::format("| [{0}](kinds/{0}.md) | {1} | {2} | {3} |\n", name, cell(kind.schema->doc),
                       fmt::join(builders(platforms, name), ", "),
                       fmt::join(only_checked(platforms, kind.platforms), ", "));
  }
}

void list_platforms(const PlatformTable& platforms, std::string& out) {
  out += "| platform | | this version |\n|---|---|---|\n";
  for (const auto& kind : all_kinds()) {
    if (kind.role != KindRole::platform) continue;
    const auto& name = kind.schema->name;
    out += fmt::format("| [{0}](kinds/{0}.md) | {1} | {2} |\n", name, cell(kind.schema->doc),
                       among(platforms.platform_kinds(), name) ? "checks and builds" : "checks only");
  }
}

std::string index_page(const PlatformTable& platforms) {
  std::string out = "# Reference\n\nMade by `infra docs` from what the program itself reads.\n\n## Kinds\n\n";
  list_kinds(platforms, out);
  out +=
      "\nA kind or a part of one that its platform can't build is an error before anything is touched "
      "([E0310](../codes/E0310.md)).\n\n## Platforms\n\n";
  list_platforms(platforms, out);
  out +=
      "\n## More\n\n- [Guide to the language](../guide.md)\n- [Environments](kinds/env.md)\n- [Options of every "
      "resource](options.md)\n- [Functions](functions.md)\n- [Codes of "
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
  out.push_back({"guide.md", std::string(guide())});
  out.push_back({"reference/README.md", index_page(platforms)});
  out.push_back({"reference/codes.md", codes_page()});
  out.push_back({"reference/functions.md", functions_page()});
  out.push_back({"reference/options.md", options_page(platforms)});
  for (const auto& kind : all_kinds()) {
    out.push_back({fmt::format("reference/kinds/{}.md", kind.schema->name), page_of(kind, platforms)});
  }
  for (const auto& page : all_pages()) {
    out.push_back({fmt::format("codes/{}.md", page.name), std::string(page.text)});
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
