// What a kind or a provider type has: the one place from which checking, planning, documentation and completion read.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/values/type.h"

namespace infra {

enum class OnChange { update, replace };  // what a changed attribute does to the existing object

struct Attribute {
  std::string name;
  Type type;
  std::string doc;
  bool required = false;
  // Set by the platform, known after apply: an output. `change` then says when it may become another value: with every
  // update in place, or only with a replacement (an id, a URL).
  bool computed = false;
  std::optional<Value> fallback = {};  // the default, if it is a constant
  OnChange change = OnChange::update;
  std::vector<std::string> platforms = {};  // empty: all
  // Of a provider type: no two objects with one value of that other attribute ("": of one platform) have the same of
  // this one at a time, or ranges of addresses that overlap. Who wants it waits until who had it is destroyed.
  std::optional<std::string> exclusive_in = {};
  bool waited_for = false;  // what it names waits for this resource, not this resource for it: `before` of a job
};

struct Schema;
enum class Times { at_most_once, once, many };

struct Block {
  std::string name;
  std::string doc;
  std::shared_ptr<const Schema> schema;
  bool labelled = false;  // `container web { }`; its values form a map by label. Unlabelled `many` form a list.
  Times times = Times::at_most_once;
  bool resource = false;  // a declaration of its own with its own address: `subnet`, `repository`
  OnChange change = OnChange::update;
  std::vector<std::string> platforms = {};  // empty: all
};

struct Schema {
  std::string name;  // "task", "container", or a provider type "container"
  std::string doc;
  std::vector<Attribute> attributes;
  std::vector<Block> blocks;
  [[nodiscard]] const Attribute* attribute(std::string_view n) const;
  [[nodiscard]] const Block* block(std::string_view n) const;
};

}  // namespace infra
