#include "compiler/functions/equality.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace infra {
namespace {

std::optional<double> number(const Value& v) {
  if (const auto* n = v.integer()) return static_cast<double>(*n);
  if (const auto* n = v.get<double>()) return *n;
  return std::nullopt;
}

std::size_t mixed(std::size_t seed, std::size_t with) {
  return seed ^ (with + std::size_t{0x9e3779b97f4a7c15} + (seed << 6U) + (seed >> 2U));
}

}  // namespace

std::partial_ordering compare(const Value& a, const Value& b) {
  if (const auto* inner = a.secret()) return compare(*inner, b);
  if (const auto* inner = b.secret()) return compare(a, *inner);
  if (a.get<double>() != nullptr || b.get<double>() != nullptr) {
    auto as_double = [](const Value& v) {
      if (const auto* d = v.get<double>()) return *d;
      return v.integer() != nullptr ? static_cast<double>(*v.integer()) : std::nan("");
    };
    return as_double(a) <=> as_double(b);
  }
  if (a.data().index() != b.data().index()) return std::partial_ordering::unordered;
  if (const auto* x = a.integer()) return *x <=> *b.integer();
  if (const auto* x = a.string()) return x->compare(*b.string()) <=> 0;
  if (const auto* x = a.boolean()) return *x <=> *b.boolean();
  if (const auto* x = a.get<Bytes>()) return *x <=> *b.get<Bytes>();
  if (const auto* x = a.get<Duration>()) return *x <=> *b.get<Duration>();
  if (const auto* x = a.get<Cpu>()) return *x <=> *b.get<Cpu>();
  if (const auto* x = a.get<Percent>()) return x->value <=> b.get<Percent>()->value;
  if (const auto* x = a.get<Ip>()) return *x <=> *b.get<Ip>();
  if (const auto* x = a.get<Cidr>()) return *x <=> *b.get<Cidr>();
  return a == b ? std::partial_ordering::equivalent : std::partial_ordering::unordered;
}

bool equal(const Value& a, const Value& b) {
  if (a.identity() != nullptr && a.identity() == b.identity()) return true;
  if (a.list() != nullptr && b.list() != nullptr)
    return std::equal(a.list()->begin(), a.list()->end(), b.list()->begin(), b.list()->end(), equal);
  if (a.map() != nullptr && b.map() != nullptr) {
    return std::equal(a.map()->begin(), a.map()->end(), b.map()->begin(), b.map()->end(),
                      [](const auto& x, const auto& y) { return x.first == y.first && equal(x.second, y.second); });
  }
  if (a == b) return true;
  return number(a) && number(b) && compare(a, b) == 0;
}

std::size_t equality_hash(const Value& value) {
  if (const auto n = number(value)) return std::hash<double>()(*n == 0 ? 0 : *n);  // -0 is 0
  std::size_t out = value.data().index();
  if (const auto* text = value.string()) return mixed(out, std::hash<std::string>()(*text));
  if (const auto* items = value.list()) {
    for (const auto& item : *items) out = mixed(out, equality_hash(item));
    return out;
  }
  if (const auto* members = value.map()) {
    for (const auto& [key, item] : *members)
      out = mixed(mixed(out, std::hash<std::string>()(key)), equality_hash(item));
    return out;
  }
  return mixed(out, std::hash<std::string>()(to_source(value)));
}

}  // namespace infra
