// What a JSON answer of a service must look like before anything in it is believed: which members it has, and of which
// kind they are. Members that aren't named are allowed: services add to their answers with every version.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/values/value.h"

namespace infra::answer {

struct Member;

struct Shape {
  enum Kind { anything, text, id, integer, boolean, list, map, object } kind = anything;
  std::vector<Member> members;             // of an object; no initializer: Member isn't complete yet
  std::shared_ptr<const Shape> item = {};  // of a list or map
};

struct Member {
  std::string name;
  bool required = false;  // if not it may be absent or null
  Shape shape = {};
  bool present = false;  // it may be null, but is there
};

inline Shape any_value() { return {}; }
inline Shape text() { return {.kind = Shape::text}; }
inline Shape id() { return {.kind = Shape::id}; }  // a text that isn't empty
inline Shape integer() { return {.kind = Shape::integer}; }
inline Shape boolean() { return {.kind = Shape::boolean}; }
Shape list_of(Shape item);
Shape map_of(Shape item);  // names are the data: labels
Shape object_with(std::vector<Member> members = {});
inline Member required(std::string name, Shape shape) { return {std::move(name), true, std::move(shape)}; }
inline Member optional(std::string name, Shape shape) { return {std::move(name), false, std::move(shape)}; }
inline Member nullable(std::string name, Shape shape) { return {std::move(name), false, std::move(shape), true}; }

// What is wrong with `value`, as the end of a sentence: "`[3].Id` is missing", "`Labels` is a list where an object is
// expected"; nullopt if it has the shape.
std::optional<std::string> mismatch(const Shape& shape, const Value& value);

}  // namespace infra::answer
