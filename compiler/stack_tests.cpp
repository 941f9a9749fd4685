#include "compiler/stack_tests.h"

#include <algorithm>

#include "compiler/checks.h"
#include "compiler/expand/expander.h"
#include "compiler/names/compilation_units.h"

namespace infra {

bool Rejection::met() const {
  return std::any_of(found.all().begin(), found.all().end(),
                     [&](const Diagnostic& d) { return d.severity == Severity::error && d.code == code; });
}

namespace {

using Overrides = std::map<std::string, Override>;

bool is_mock(const ast::Expr& e, const Program& program) {
  const auto* ref = std::get_if<ast::NameRef>(&e.node);
  return ref != nullptr && ref->name == "mock" && !program.params.contains("mock") && !program.lets.contains("mock") &&
         !program.by_label.contains("mock");
}

class TestCompiler {
 public:
  TestCompiler(const CompileInput& input, const Unit& stack) : input_(input), stack_(stack) {}

  CompiledTest compile(const ast::Test& test) const {
    CompiledTest out{.name = test.name, .span = test.name_span};
    Overrides with;
    for (const auto& item : test.items) {
      if (const auto* w = std::get_if<ast::With>(&item.node)) add(w->items, with, out.diagnostics);
    }
    const ExpandOptions options{.overrides = with, .test = &test};
    Expander expander(stack_, stack_.types, input_, options, out.diagnostics);
    Graph graph = expander.run();
    if (!out.diagnostics.has_errors()) check_graph(graph, stack_, input_.platforms, out.diagnostics);
    if (!out.diagnostics.has_errors()) {
      out.expectations = expander.expectations();
      out.graph = std::move(graph);
    }
    for (const auto& item : test.items) {
      if (const auto* r = std::get_if<ast::Rejects>(&item.node)) out.rejections.push_back(reject(*r, with));
    }
    out.diagnostics.sort();
    return out;
  }

 private:
  Rejection reject(const ast::Rejects& rejects, Overrides with) const {
    Rejection out{.code = rejects.code.text, .span = rejects.code.span};
    add(rejects.items, with, out.found);
    const ExpandOptions options{.overrides = with};
    Graph graph = Expander(stack_, stack_.types, input_, options, out.found).run();
    if (!out.found.has_errors()) check_graph(graph, stack_, input_.platforms, out.found);
    return out;
  }

  void add(const ast::Items& items, Overrides& with, Diagnostics& diagnostics) const {
    for (const auto& item : items) {
      const auto* a = std::get_if<ast::Assign>(&item.node);
      if (a == nullptr || !a->value) continue;
      const auto type = stack_.types.params.find(a->name.text);
      if (type == stack_.types.params.end()) continue;
      const ExpandOptions alone{.rules = false};
      Value value = is_mock(*a->value, stack_.program)
                        ? mock_value(type->second)
                        : Expander(stack_, stack_.types, input_, alone, diagnostics).evaluate(*a->value);
      with[a->name.text] = {std::move(value), a->value->span};
    }
  }

  const CompileInput& input_;
  const Unit& stack_;
};

}  // namespace

Value mock_value(const Type& type) {
  switch (type.kind()) {
    case TypeKind::boolean:
      return false;
    case TypeKind::integer:
      return type.low.value_or(type.high ? std::min<std::int64_t>(*type.high, 1) : 1);
    case TypeKind::floating:
      return 1.0;
    case TypeKind::bytes:
      return Bytes{std::int64_t{1} << 30U};
    case TypeKind::duration:
      return Duration{1'000};
    case TypeKind::percent:
      return Percent{50};
    case TypeKind::cpu:
      return Cpu::of_units(1024);
    case TypeKind::ip:
      return Ip{.bytes = {10, 0, 0, 1}};
    case TypeKind::cidr:
      return Cidr{.base = {.bytes = {10, 0, 0, 0}}, .prefix = 16};
    case TypeKind::range:
      return Range{1, 1, type.element().kind() == TypeKind::bytes};
    case TypeKind::literals:
      return type.members().empty() ? Value() : Value(type.members().front());
    case TypeKind::list:
      return List(static_cast<std::size_t>(type.low.value_or(0)), mock_value(type.element()));
    case TypeKind::map:
      return Map();
    case TypeKind::record: {
      Map out;
      for (const auto& field : type.fields()) out.set(field.name, mock_value(field.type));
      return out;
    }
    default:
      return "mock";
  }
}

CompiledTests compile_tests(const CompileInput& input) {
  CompiledTests out;
  Units units(input, out.sources);
  const auto* stack = units.stack(out.diagnostics);
  if (stack != nullptr && !out.diagnostics.has_errors()) {
    out.stack = stack->program.stack != nullptr ? stack->program.stack->name.text : input.default_stack;
    const TestCompiler compiler(input, *stack);
    for (const auto* test : stack->program.tests) out.tests.push_back(compiler.compile(*test));
  }
  out.diagnostics.sort();
  return out;
}

}  // namespace infra
