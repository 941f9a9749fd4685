#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare>

#include "compiler/functions/families.h"

namespace infra {

namespace {

using Arithmetic = bool (*)(std::int64_t, std::int64_t, std::int64_t*);
bool add64(std::int64_t a, std::int64_t b, std::int64_t* out) { return __builtin_add_overflow(a, b, out); }
bool subtract64(std::int64_t a, std::int64_t b, std::int64_t* out) { return __builtin_sub_overflow(a, b, out); }
bool multiply64(std::int64_t a, std::int64_t b, std::int64_t* out) { return __builtin_mul_overflow(a, b, out); }

std::int64_t exact(Arithmetic f, std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  if (f(a, b, &out)) throw FunctionError{"the result is too large"};
  return out;
}

std::optional<double> as_float(const Value& v) {
  if (const auto* n = v.integer()) return static_cast<double>(*n);
  if (const auto* n = v.get<double>()) return *n;
  return std::nullopt;
}

[[noreturn]] void misfit(std::string_view op, const List& a) {
  throw FunctionError{fmt::format("`{}` can't be applied to {} and {}", op, type_name(a[0]), type_name(a[1]))};
}

// The sum or difference of two sizes of one unit.
template <class Unit, class Member>
std::optional<Value> same_unit(const List& a, Member member, Arithmetic f) {
  const auto* x = a[0].get<Unit>();
  const auto* y = a[1].get<Unit>();
  if (x == nullptr || y == nullptr) return std::nullopt;
  Unit out;
  out.*member = exact(f, x->*member, y->*member);
  if (out.*member < 0)
    throw FunctionError{fmt::format("{} - {} is less than nothing", to_source(a[0]), to_source(a[1]))};
  return Value(out);
}

std::optional<Value> units(const List& a, Arithmetic f) {
  if (auto v = same_unit<Bytes>(a, &Bytes::count, f)) return v;
  if (auto v = same_unit<Duration>(a, &Duration::ms, f)) return v;
  return same_unit<Cpu>(a, &Cpu::ticks, f);
}

Value add(const List& a) {
  if (a[0].integer() != nullptr && a[1].integer() != nullptr) return exact(add64, *a[0].integer(), *a[1].integer());
  if (a[0].string() != nullptr && a[1].string() != nullptr) return *a[0].string() + *a[1].string();
  if (a[0].list() != nullptr && a[1].list() != nullptr) {
    List out = *a[0].list();
    out.insert(out.end(), a[1].list()->begin(), a[1].list()->end());
    return out;
  }
  if (auto v = units(a, add64)) return *v;
  const auto x = as_float(a[0]);
  const auto y = as_float(a[1]);
  if (!x || !y) misfit("+", a);
  return *x + *y;
}

Value subtract(const List& a) {
  if (a.size() == 1) return subtract({a[0].get<double>() != nullptr ? Value(0.0) : Value(std::int64_t{0}), a[0]});
  if (a[0].integer() != nullptr && a[1].integer() != nullptr)
    return exact(subtract64, *a[0].integer(), *a[1].integer());
  if (auto v = units(a, subtract64)) return *v;
  const auto x = as_float(a[0]);
  const auto y = as_float(a[1]);
  if (!x || !y) misfit("-", a);
  return *x - *y;
}

std::int64_t scaled(std::int64_t amount, double by) {
  const double out = std::round(static_cast<double>(amount) * by);
  if (!(std::abs(out) < 9.0e18)) throw FunctionError{"the result is too large"};
  if (out < 0) throw FunctionError{"a size, a duration or CPU can't be less than nothing"};
  return static_cast<std::int64_t>(out);
}

std::optional<Value> scale(const Value& unit, const Value& by, bool divide) {
  const auto factor = as_float(by);
  if (!factor) return std::nullopt;
  if (divide && *factor == 0) throw FunctionError{"division by zero"};
  const double f = divide ? 1 / *factor : *factor;
  if (const auto* v = unit.get<Bytes>()) return Value(Bytes{scaled(v->count, f)});
  if (const auto* v = unit.get<Duration>()) return Value(Duration{scaled(v->ms, f)});
  if (const auto* v = unit.get<Cpu>()) return Value(Cpu{scaled(v->ticks, f)});
  return std::nullopt;
}

Value multiply(const List& a) {
  if (a[0].integer() != nullptr && a[1].integer() != nullptr)
    return exact(multiply64, *a[0].integer(), *a[1].integer());
  if (auto v = scale(a[0], a[1], false)) return *v;
  if (auto v = scale(a[1], a[0], false)) return *v;
  const auto x = as_float(a[0]);
  const auto y = as_float(a[1]);
  if (!x || !y) misfit("*", a);
  return *x * *y;
}

Value divide(const List& a) {
  const auto* n = a[0].integer();
  const auto* d = a[1].integer();
  if (n != nullptr && d != nullptr) {
    if (*d == 0) throw FunctionError{"division by zero"};
    if (*d == -1) return exact(subtract64, 0, *n);
    return *n / *d;
  }
  if (auto v = scale(a[0], a[1], true)) return *v;
  const auto x = as_float(a[0]);
  const auto y = as_float(a[1]);
  if (!x || !y) misfit("/", a);
  if (*y == 0) throw FunctionError{"division by zero"};
  return *x / *y;
}

Value remainder(const List& a) {
  if (a[0].integer() == nullptr || a[1].integer() == nullptr) misfit("%", a);
  if (*a[1].integer() == 0) throw FunctionError{"division by zero"};
  return *a[1].integer() == -1 ? std::int64_t{0} : *a[0].integer() % *a[1].integer();
}

std::partial_ordering ordered(std::string_view op, const List& a) {
  const auto order = compare(a[0], a[1]);
  if (order == std::partial_ordering::unordered) misfit(op, a);
  return order;
}

bool truth(const Value& v) {
  if (v.boolean() == nullptr) throw FunctionError{fmt::format("a Bool is needed, got {}", type_name(v))};
  return *v.boolean();
}

Value index(const List& a) {
  if (const auto* members = a[0].map()) {
    const auto* found = members->find(text_at(a, 1));
    if (found == nullptr) throw FunctionError{fmt::format("there is no key \"{}\"", text_at(a, 1))};
    return *found;
  }
  const auto& items = list_at(a, 0);
  const auto at = int_at(a, 1);
  if (at < 0 || at >= static_cast<std::int64_t>(items.size())) {
    throw FunctionError{fmt::format("there is no element {} in a list of {}", at, items.size())};
  }
  return items[static_cast<std::size_t>(at)];
}

Value make_range(const List& a) {
  Range out;
  if (a[0].integer() != nullptr && a[1].integer() != nullptr) {
    out = {*a[0].integer(), *a[1].integer(), false};
  } else if (a[0].get<Bytes>() != nullptr && a[1].get<Bytes>() != nullptr) {
    out = {a[0].get<Bytes>()->count, a[1].get<Bytes>()->count, true};
  } else {
    misfit("..", a);
  }
  if (out.low > out.high) throw FunctionError{fmt::format("the range {} is empty", to_source(Value(out)))};
  return out;
}

Value in(const List& a) {
  std::string error;
  auto out = call_function("contains", {a[1], a[0]}, error);
  if (!out) throw FunctionError{error};
  return *out;
}

}  // namespace

// Typing of operators that a signature can't say stands in compiler/types/calls.cpp.
std::vector<Function> operators() {
  return {
      {"+", "(Any, Any) -> Any", "Sum of numbers or of sizes of one unit; texts and lists are joined.", add},
      {"-", "(Any, Any?) -> Any", "Difference of numbers or of sizes of one unit.", subtract},
      {"*", "(Any, Any) -> Any", "Product of numbers, or of a size and a number.", multiply},
      {"/", "(Any, Any) -> Any", "Quotient of numbers (whole for Ints), or of a size and a number.", divide},
      {"%", "(Int, Int) -> Int", "Remainder.", remainder},
      {"==", "(Any, Any) -> Bool", "Equal.", [](const List& a) -> Value { return equal(a[0], a[1]); }},
      {"!=", "(Any, Any) -> Bool", "Not equal.", [](const List& a) -> Value { return !equal(a[0], a[1]); }},
      {"<", "(Any, Any) -> Bool", "Less.", [](const List& a) -> Value { return ordered("<", a) < 0; }},
      {"<=", "(Any, Any) -> Bool", "Less or equal.", [](const List& a) -> Value { return ordered("<=", a) <= 0; }},
      {">", "(Any, Any) -> Bool", "Greater.", [](const List& a) -> Value { return ordered(">", a) > 0; }},
      {">=", "(Any, Any) -> Bool", "Greater or equal.", [](const List& a) -> Value { return ordered(">=", a) >= 0; }},
      {"and", "(Bool, Bool) -> Bool", "Both.", [](const List& a) -> Value { return truth(a[0]) && truth(a[1]); }},
      {"or", "(Bool, Bool) -> Bool", "One or both.", [](const List& a) -> Value { return truth(a[0]) || truth(a[1]); }},
      {"not", "(Bool) -> Bool", "The opposite.", [](const List& a) -> Value { return !truth(a[0]); }},
      {"in",
       "(String, String) -> Bool or (T, List<T>) -> Bool or (String, Map<Any>) -> Bool or (T, Range<T>) -> Bool or "
       "(Ip, Cidr) -> Bool or (Cidr, Cidr) -> Bool",
       "Is this in the list, map, range, network or text?", in},
      {"??", "(T, T) -> T", "The first, unless it is null.",
       [](const List& a) -> Value { return a[0].is_null() ? a[1] : a[0]; }},
      {"..", "(Any, Any) -> Any", "A range, both ends included.", make_range},
      {"?:", "(Bool, T, T) -> T", "One of two, by a condition.",
       [](const List& a) -> Value { return truth(a[0]) ? a[1] : a[2]; }},
      {"[]", "(Any, Any) -> Any", "The element or entry.", index},
  };
}

}  // namespace infra
