#include "tests/readers/values_to_try.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra::testing {

namespace {

constexpr std::size_t kMost = 5;
constexpr std::int64_t kMiB = std::int64_t{1} << 20U;

template <class T>
std::vector<std::string> fitting(const Type& type, const std::vector<T>& all) {
  std::vector<std::string> out;
  for (const auto& one : all) {
    if (out.size() < kMost && !violated(type, Value(one))) out.push_back(to_source(Value(one)));
  }
  return out;
}

class Values {
 public:
  Values(const StatedValues& stated, const StackText& stack) : texts_(stated.at("String")), stack_(stack) {}

  // NOLINTNEXTLINE(misc-no-recursion): as deep as the type
  [[nodiscard]] std::vector<std::string> of(const Type& type) const {
    std::vector<std::string> out;
    switch (type.kind()) {
      case TypeKind::list:
        for (const auto& one : of(type.element())) out.push_back(fmt::format("[{}]", one));
        break;
      case TypeKind::map:
        for (const auto& one : of(type.element())) out.push_back(fmt::format("{{ one: {} }}", one));
        break;
      case TypeKind::literals:
        for (const auto& member : type.members()) out.push_back(to_source(Value(member)));
        break;
      case TypeKind::any_of:
        for (const auto& alternative : type.alternatives()) {
          for (auto& one : of(alternative)) out.push_back(std::move(one));
        }
        break;
      case TypeKind::resource:
        return stack_.names_of(type.name());
      default:
        return simple(type);
    }
    return out;
  }

 private:
  [[nodiscard]] std::vector<std::string> simple(const Type& type) const {
    switch (type.kind()) {
      case TypeKind::boolean:
        return {"true", "false"};
      case TypeKind::integer:
        return fitting<std::int64_t>(type, {2, 3, 5, 60, 8080, 9090});
      case TypeKind::string:
        if (type.secret) return {"first", "second"};
        return fitting<std::string>(type, texts_);
      case TypeKind::bytes:
        return fitting<Bytes>(type, {{64 * kMiB}, {128 * kMiB}, {512 * kMiB}, {1024 * kMiB}, {30 * 1024 * kMiB}});
      case TypeKind::duration:
        return fitting<Duration>(type, {{1'000}, {2'000}, {20'000}, {90'000}, {7'200'000}});
      case TypeKind::percent:
        return fitting<Percent>(type, {{50}, {0}, {150}, {60}});
      case TypeKind::cpu:
        return fitting<Cpu>(type, {Cpu::of_units(256), Cpu::of_units(512)});
      case TypeKind::range:
        return {"1..3", "2..4"};
      case TypeKind::cidr:
        return {"10.0.0.0/16", "10.0.0.0/17"};
      default:
        return {};
    }
  }

  const std::vector<std::string>& texts_;
  const StackText& stack_;
};

}  // namespace

std::vector<std::string> values_to_try(const Accepted& accepted, const StatedValues& stated, const StackText& stack) {
  auto at = stated.find(accepted.name);
  if (at == stated.end()) at = stated.find(accepted.attribute->name);
  if (at == stated.end()) return Values(stated, stack).of(accepted.attribute->type);
  auto out = at->second;
  for (auto& one : out) {
    if (const auto kind = one.find("KIND"); kind != std::string::npos)
      one.replace(kind, 4, accepted.kind->schema->name);
  }
  return out;
}

}  // namespace infra::testing
