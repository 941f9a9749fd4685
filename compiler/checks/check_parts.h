// What a resource states, with its place in the schema.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/values/resource.h"
#include "base/values/schema.h"

namespace infra::checks {

struct Part {
  std::string path;  // in the config: "container.web.port.http"
  std::string name;  // in the schema: "task.container.port"
  Span span;
  const Attribute* attribute = nullptr;  // one of the two
  const Block* block = nullptr;
  const Value* value = nullptr;
  [[nodiscard]] const std::string& last() const { return attribute != nullptr ? attribute->name : block->name; }
};

// Every attribute and block that is written, a block before what stands in it.
std::vector<Part> written_parts(const Resource& resource);

// Nothing of this attribute would mean something else, or make no sense: 0 bytes is no limit for an engine.
bool must_be_some(std::string_view name);  // "task.memory"

// "task `api`"
std::string named(const Resource& resource);
// "container `web`", or what the resource is called if the part stands in no container.
std::string owner_of(const Resource& resource, const Part& part);

}  // namespace infra::checks
