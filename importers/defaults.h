// What an attribute is unless somebody says otherwise: here, and in the tool that a file comes from. Where both differ,
// the importer writes out what the other tool would have done.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace infra::importing {

struct DefaultRow {
  std::string_view attribute;  // "task.container.stop_timeout": kind, blocks, attribute
  std::string_view ours;       // as the language writes it
  std::string_view theirs;     // the same; empty: the other tool has no such thing
  std::string_view source;     // who says so, or why there is nothing to compare
};

std::span<const DefaultRow> compose_defaults();
std::span<const DefaultRow> ecs_defaults();

// What to write for an attribute that the file doesn't have: `theirs`, and "" if that is our default, too.
std::string written_default(std::span<const DefaultRow> table, std::string_view attribute);

}  // namespace infra::importing
