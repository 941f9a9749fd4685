#include "providers/answer_shape.h"

#include <fmt/format.h>

namespace infra::answer {

namespace {

using Wrong = std::optional<std::string>;

const char* kind_of(const Value& value) {
  if (value.is_null()) return "null";
  if (value.boolean() != nullptr) return "a boolean";
  if (value.integer() != nullptr) return "an integer";
  if (value.get<double>() != nullptr) return "a number";
  if (value.string() != nullptr) return "a text";
  if (value.list() != nullptr) return "a list";
  return "an object";
}

const char* name_of(Shape::Kind kind) {
  switch (kind) {
    case Shape::text:
    case Shape::id:
      return "a text";
    case Shape::integer:
      return "an integer";
    case Shape::boolean:
      return "a boolean";
    case Shape::list:
      return "a list";
    case Shape::map:
    case Shape::object:
      return "an object";
    case Shape::anything:
      break;
  }
  return "a value";
}

bool is_kind(Shape::Kind kind, const Value& value) {
  switch (kind) {
    case Shape::text:
    case Shape::id:
      return value.string() != nullptr;
    case Shape::integer:
      return value.integer() != nullptr;
    case Shape::boolean:
      return value.boolean() != nullptr;
    case Shape::list:
      return value.list() != nullptr;
    case Shape::map:
    case Shape::object:
      return value.map() != nullptr;
    case Shape::anything:
      break;
  }
  return true;
}

// Walks along with the place, which is only written down once something is wrong.
class Walk {
 public:
  Wrong check(const Shape& shape, const Value& value) {
    if (!is_kind(shape.kind, value))
      return wrong(fmt::format("is {} where {} is expected", kind_of(value), name_of(shape.kind)));
    if (shape.kind == Shape::id && value.string()->empty()) return wrong("is empty");
    if (shape.kind == Shape::list) return items(shape, *value.list());
    if (shape.kind == Shape::map) return entries(shape, *value.map());
    if (shape.kind == Shape::object) return members(shape, value);
    return {};
  }

 private:
  struct Step {
    std::string_view name;
    std::size_t index = 0;  // where there is no name
  };

  [[nodiscard]] Wrong wrong(const std::string& how) const {
    std::string place;
    for (const auto& step : path_) {
      if (step.name.data() == nullptr) {
        place += fmt::format("[{}]", step.index);
      } else {
        place += (place.empty() ? "" : ".") + std::string(step.name.substr(0, 60));
      }
    }
    return place.empty() ? "it " + how : fmt::format("`{}` {}", place, how);
  }

  Wrong step(Step step, const Shape& shape, const Value& value) {
    path_.push_back(step);
    auto out = check(shape, value);
    path_.pop_back();
    return out;
  }

  Wrong items(const Shape& shape, const List& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (auto found = step({.name = {}, .index = i}, *shape.item, all[i])) return found;
    }
    return {};
  }

  Wrong entries(const Shape& shape, const Map& all) {
    for (const auto& [name, value] : all) {
      if (auto found = step({.name = name}, *shape.item, value)) return found;
    }
    return {};
  }

  Wrong members(const Shape& shape, const Value& value) {
    for (const auto& member : shape.members) {
      const auto& own = value[member.name];
      if (!own.is_null()) {
        if (auto found = step({.name = member.name}, member.shape, own)) return found;
      } else if (member.required || (member.present && value.map()->find(member.name) == nullptr)) {
        path_.push_back({.name = member.name});
        auto found = wrong("is missing");
        path_.pop_back();
        return found;
      }
    }
    return {};
  }

  std::vector<Step> path_;
};

}  // namespace

Shape list_of(Shape item) { return {.kind = Shape::list, .item = std::make_shared<const Shape>(std::move(item))}; }
Shape map_of(Shape item) { return {.kind = Shape::map, .item = std::make_shared<const Shape>(std::move(item))}; }
Shape object_with(std::vector<Member> members) { return {.kind = Shape::object, .members = std::move(members)}; }

std::optional<std::string> mismatch(const Shape& shape, const Value& value) { return Walk().check(shape, value); }

}  // namespace infra::answer
