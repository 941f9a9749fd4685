#include <cmath>

#include "base/text/units.h"
#include "compiler/functions/families.h"

namespace infra {
namespace {

double number(const List& a, std::size_t i) {
  if (const auto* n = a[i].integer()) return static_cast<double>(*n);
  if (const auto* n = a[i].get<double>()) return *n;
  throw FunctionError{"a number is missing"};
}

Value whole(double value) {
  if (!(std::abs(value) < 9.0e18)) throw FunctionError{"the number is too large"};
  return static_cast<std::int64_t>(value);
}

Value absolute(const List& a) {
  if (const auto* n = a[0].integer()) {
    if (*n == std::numeric_limits<std::int64_t>::min()) throw FunctionError{"the number is too large"};
    return *n < 0 ? -*n : *n;
  }
  return std::abs(number(a, 0));
}
Value ceiling(const List& a) { return whole(std::ceil(number(a, 0))); }
Value floored(const List& a) { return whole(std::floor(number(a, 0))); }
Value rounded(const List& a) { return whole(std::round(number(a, 0))); }

// Units as plain numbers: a text needs a choice of unit.
std::int64_t bytes_of(const List& a) {
  const auto* b = a[0].get<Bytes>();
  if (b == nullptr) throw FunctionError{"a size is missing"};
  return b->count;
}
Value bytes(const List& a) { return bytes_of(a); }
Value kib(const List& a) { return bytes_of(a) / (1 << 10); }
Value mib(const List& a) { return bytes_of(a) / (1 << 20); }
Value gib(const List& a) { return bytes_of(a) / (1 << 30); }
Value milliseconds(const List& a) {
  const auto* d = a[0].get<Duration>();
  if (d == nullptr) throw FunctionError{"a duration is missing"};
  return d->ms;
}
Value seconds(const List& a) { return *milliseconds(a).integer() / 1000; }
Value minutes(const List& a) { return *milliseconds(a).integer() / 60'000; }
Value units(const List& a) {
  const auto* c = a[0].get<Cpu>();
  if (c == nullptr) throw FunctionError{"a CPU size is missing"};
  return c->units_up();
}

Value percent(const List& a) {
  const auto* p = a[0].get<Percent>();
  if (p == nullptr) throw FunctionError{"a percentage is missing"};
  return p->value;
}

}  // namespace

std::vector<Function> number_functions() {
  return {
      {"abs", "(Num) -> Num", "The number without its sign.", absolute},
      {"ceil", "(Num) -> Int", "Rounded up.", ceiling},
      {"floor", "(Num) -> Int", "Rounded down.", floored},
      {"percent", "(Percent) -> Float", "The percentage as a number: 60%.percent is 60.", percent},
      {"round", "(Num) -> Int", "Rounded to the nearest, halves away from zero.", rounded},
      {"bytes", "(Bytes) -> Int", "The size in bytes.", bytes},
      {"kib", "(Bytes) -> Int", "The size in KiB, rounded down.", kib},
      {"mib", "(Bytes) -> Int", "The size in MiB, rounded down.", mib},
      {"gib", "(Bytes) -> Int", "The size in GiB, rounded down.", gib},
      {"milliseconds", "(Duration) -> Int", "The duration in milliseconds.", milliseconds},
      {"seconds", "(Duration) -> Int", "The duration in seconds, rounded down.", seconds},
      {"minutes", "(Duration) -> Int", "The duration in minutes, rounded down.", minutes},
      {"units", "(Cpu) -> Int", "ECS CPU units, rounded up: 1vcpu is 1024.", units},
  };
}

}  // namespace infra
