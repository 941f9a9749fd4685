#include "tests/bounds/shapes.h"

#include <fmt/format.h>

namespace infra::bounds {
namespace {

std::string lines(std::size_t n, const std::function<std::string(std::size_t)>& line) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += line(i) + "\n";
  return out;
}

std::string repeated(std::string_view part, std::size_t n) {
  std::string out;
  out.reserve(part.size() * n);
  for (std::size_t i = 0; i < n; ++i) out += part;
  return out;
}

// ── Chains of values ─────────────────────────────────────────────────────────
std::string doubled_text(std::size_t n) {
  return "let a0 = \"xxxxxxxxxx\"\n" +
         lines(n, [](auto i) { return fmt::format("let a{} = \"${{a{}}}${{a{}}}\"", i + 1, i, i); }) +
         fmt::format("output all = a{}\n", n);
}
constexpr const char* kService =
    "cluster core { }\ntask t { container web { image = \"nginx\"; port http { container = 80 } } }\n"
    "service web { cluster = core; task = t }\n";
// The names sort by number, so that each is computed before it is needed.
std::string doubled_later(std::size_t n) {
  return std::string(kService) + "let a00000 = service.web.address\n" +
         lines(n, [](auto i) { return fmt::format("let a{:05} = \"${{a{:05}}}-${{a{:05}}}\"", i + 1, i, i); }) +
         fmt::format("output all = a{:05}\n", n);
}
std::string later_backwards(std::size_t n) {
  return std::string(kService) + fmt::format("let a{:05} = service.web.address\n", n) +
         lines(n, [&](auto i) { return fmt::format("let a{:05} = \"${{a{:05}}}-${{a{:05}}}\"", i, i + 1, i + 1); }) +
         "output all = a00000\n";
}
std::string doubled_list(std::size_t n) {
  return "let a00000 = [1]\n" +
         lines(n, [](auto i) { return fmt::format("let a{:05} = [a{:05}, a{:05}].flatten()", i + 1, i, i); });
}
std::string doubled_record(std::size_t n) {
  return "let a00000 = { x: 1 }\n" +
         lines(n, [](auto i) { return fmt::format("let a{:05} = {{ x: a{:05}, y: a{:05} }}", i + 1, i, i); });
}
std::string nested_lists(std::size_t n) {
  return "let a00000 = [1]\n" + lines(n, [](auto i) { return fmt::format("let a{:05} = [a{:05}]", i + 1, i); });
}
std::string needs_chain(std::size_t n) {
  return std::string(kService) + "let a00000 = service.web.desired\n" +
         lines(n, [](auto i) { return fmt::format("let a{:05} = (a{:05} + a{:05}) % 7", i + 1, i, i); });
}

// ── Expressions inside of each other ─────────────────────────────────────────
std::string nots(std::size_t n) { return "let a = " + repeated("not ", n) + "true\n"; }
std::string minuses(std::size_t n) { return "let a = " + repeated("- ", n) + "1\n"; }
std::string conditionals(std::size_t n) { return "let a = " + repeated("true ? 1 : ", n) + "2\n"; }
std::string coalesced(std::size_t n) { return "let a = " + repeated("null ?? ", n) + "2\n"; }
std::string sums(std::size_t n) { return "let a = " + repeated("1 + ", n) + "2\n"; }
std::string members(std::size_t n) { return "let a = { b: 1 }\nlet c = a" + repeated(".b", n) + "\n"; }
std::string indexes(std::size_t n) { return "let a = [1]\nlet c = a" + repeated("[0]", n) + "\n"; }
std::string calls(std::size_t n) { return "let c = \"a\"" + repeated(".upper()", n) + "\n"; }
std::string parentheses(std::size_t n) { return "let a = " + repeated("(", n) + "1" + repeated(")", n) + "\n"; }
std::string brackets(std::size_t n) { return "let a = " + repeated("[", n) + repeated("]", n) + "\n"; }
std::string texts(std::size_t n) { return "let a = " + repeated("\"${", n) + "1" + repeated("}\"", n) + "\n"; }
std::string list_types(std::size_t n) { return "param a: " + repeated("List<", n) + "Int" + repeated(">", n) + "\n"; }
std::string optional_types(std::size_t n) { return "param a: " + repeated("(", n) + "Int" + repeated(")?", n) + "\n"; }
std::string blocks(std::size_t n) { return repeated("if true {\n", n) + repeated("}\n", n); }
std::string branches(std::size_t n) { return repeated("if true { } else ", n) + "{ }\n"; }

// ── Names ────────────────────────────────────────────────────────────────────
std::string same_declaration(std::size_t n) {
  return lines(n, [](auto) { return std::string("cluster same { }"); });
}
std::string same_in_branches(std::size_t n) {
  return "param on: Bool = true\n" + lines(n, [](auto) { return std::string("if on { cluster same { } }"); });
}
std::string same_let(std::size_t n) {
  return lines(n, [](auto i) { return fmt::format("let same = {}", i); });
}
std::string unknown_names(std::size_t n) {
  return lines(n, [](auto i) { return fmt::format("let known_name_{} = unknown_nome_{}", i, i); });
}
std::string long_unknown_names(std::size_t n) {
  const std::string tail(1000, 'x');
  return lines(n, [&](auto i) { return fmt::format("let known_{}_{} = unknown_{}_{}", tail, i, tail, i); });
}
std::string unknown_types(std::size_t n) {
  return lines(n, [](auto i) { return fmt::format("type Known{} = Int\nparam p{}: Knowm{}", i, i, i); });
}
std::string unknown_members(std::size_t n) {
  return "let r = {\n" + lines(n, [](auto i) { return fmt::format("  field{}: {}", i, i); }) + "}\n" +
         lines(n, [](auto i) { return fmt::format("let m{} = r.feild{}", i, i); });
}
std::string aliases(std::size_t n) {
  return "type T0 = Int\n" + lines(n, [](auto i) { return fmt::format("type T{} = T{}", i + 1, i); }) +
         fmt::format("param p: T{} = 1\n", n);
}
std::string doubled_types(std::size_t n) {
  return "type T00000 = { x: Int }\n" +
         lines(n, [](auto i) { return fmt::format("type T{:05} = {{ x: T{:05}, y: T{:05}? }}", i + 1, i, i); }) +
         lines(n, [](auto i) { return fmt::format("param p{:05}: T{:05}", i + 1, i + 1); });
}

// ── Lists, maps and unions ───────────────────────────────────────────────────
std::string map_of(std::size_t n) {
  return "let m = {\n" + lines(n, [](auto i) { return fmt::format("  k{}: \"v{}\"", i, i); }) + "}\n";
}
std::string lookups(std::size_t n) { return map_of(n) + "let all = [for k in m.keys(): m[k]]\n"; }
std::string lookups_in_functions(std::size_t n) {
  return map_of(n) +
         "fn at(m: Map<String, String>, k: String): String = m[k]\nlet all = [for k in m.keys(): at(m, k)]\n";
}
std::string in_list(std::size_t n) {
  return fmt::format("let l = range({0})\nlet all = [for i in range({0}): (i + {0}) in l]\n", n);
}
std::string index_of(std::size_t n) {
  return fmt::format("let l = range({0})\nlet all = [for i in l: l.index_of({0} - 1 - i)]\n", n);
}
std::string distinct(std::size_t n) { return fmt::format("let l = [for i in range({}): \"x${{i}}\"].distinct()\n", n); }
std::string merged(std::size_t n) {
  return fmt::format(
      "let a = {{ for i in range({0}): \"a${{i}}\": i }}\nlet b = {{ for i in range({0}): \"a${{i + 1}}\": i }}\n"
      "let c = merge(a, b)\n",
      n);
}
std::string union_type(std::size_t n) {
  std::string members;
  for (std::size_t i = 0; i < n; ++i) members += fmt::format("{}\"m{}\"", i == 0 ? "" : " | ", i);
  return fmt::format("type U = {}\nparam u: U = \"m{}\"\n", members, n - 1);
}
std::string union_params(std::size_t n) {
  return union_type(1000) + lines(n, [](auto i) { return fmt::format("param p{}: U = \"m{}\"", i, i % 1000); });
}
std::string literals(std::size_t n) {
  std::string all;
  for (std::size_t i = 0; i < n; ++i) all += fmt::format("\"x{}\", ", i);
  return "let l = [" + all + "]\n";
}
std::string growing_union(std::size_t n) {
  return "param on: Bool = true\nlet a00000 = \"x\"\n" +
         lines(n, [](auto i) { return fmt::format("let a{:05} = on ? a{:05} : \"x{}\"", i + 1, i, i); });
}
std::string records_that_differ(std::size_t n) {
  return "let l = [\n" + lines(n, [](auto i) { return fmt::format("  {{ f{}: 1 }},", i); }) + "]\n";
}
std::string patterns(std::size_t n) {
  return lines(n, [](auto i) { return fmt::format("param p{}: String(/x{}[a-z]+/) = \"x{}abc\"", i, i, i); });
}
std::string pattern_of_many(std::size_t n) {
  return fmt::format("type T = String(/x[0-9]+/)\nlet l: List<T> = [for i in range({}): \"x${{i}}\"]\n", n);
}
std::string outputs(std::size_t n) {
  return map_of(100) + lines(n, [](auto i) { return fmt::format("output o{} = m", i); });
}
std::string shared_text(std::size_t n) {
  return "let a = [for i in range(20000): \"xxxxxxxxxxxxxxxxxxxx\"].join(\"\")\n" +
         lines(n, [](auto i) { return fmt::format("let b{} = a", i); });
}

constexpr Shape kShapes[] = {
    {"doubled_text", 500, doubled_text},
    {"doubled_later", 400, doubled_later},
    {"later_backwards", 200, later_backwards},
    {"doubled_list", 500, doubled_list},
    {"doubled_record", 500, doubled_record},
    {"nested_lists", 500, nested_lists},
    {"needs_chain", 500, needs_chain},
    {"nots", 2000, nots},
    {"minuses", 2000, minuses},
    {"conditionals", 2000, conditionals},
    {"coalesced", 2000, coalesced},
    {"sums", 2000, sums},
    {"members", 2000, members},
    {"indexes", 2000, indexes},
    {"calls", 2000, calls},
    {"parentheses", 2000, parentheses},
    {"brackets", 2000, brackets},
    {"texts", 2000, texts},
    {"list_types", 2000, list_types},
    {"optional_types", 2000, optional_types},
    {"blocks", 2000, blocks},
    {"branches", 2000, branches},
    {"same_declaration", 400, same_declaration},
    {"same_in_branches", 400, same_in_branches},
    {"same_let", 500, same_let},
    {"unknown_names", 500, unknown_names},
    {"long_unknown_names", 50, long_unknown_names},
    {"unknown_types", 500, unknown_types},
    {"unknown_members", 500, unknown_members},
    {"aliases", 1000, aliases},
    {"doubled_types", 500, doubled_types},
    {"lookups", 1000, lookups},
    {"lookups_in_functions", 1000, lookups_in_functions},
    {"in_list", 1000, in_list},
    {"index_of", 1000, index_of},
    {"distinct", 1000, distinct},
    {"merged", 1000, merged},
    {"union_type", 1000, union_type},
    {"union_params", 300, union_params},
    {"literals", 1000, literals},
    {"growing_union", 500, growing_union},
    {"records_that_differ", 100, records_that_differ},
    {"patterns", 200, patterns},
    {"pattern_of_many", 1000, pattern_of_many},
    {"outputs", 300, outputs},
    {"shared_text", 300, shared_text},
};

}  // namespace

std::span<const Shape> all_shapes() { return kShapes; }

}  // namespace infra::bounds
