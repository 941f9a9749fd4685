// What every operation on a node's objects is given.
#pragma once
#include <string>

#include "providers/nodes/engine.h"
#include "providers/provider.h"

namespace infra::nodes {

struct Context {
  Engine& engine;
  const Ownership& owner;
  const SourceTree* sources;  // build contexts; may be null
  const Cancel& cancel;
  const Progress& progress;

  void say(std::string text) const {
    if (progress) progress(std::move(text));
  }
};

// An input or output as text; "" if it is absent.
inline std::string text_of(const Value& value) {
  const auto& plain = value.secret() != nullptr ? *value.secret() : value;
  return plain.string() != nullptr ? *plain.string() : std::string();
}
inline bool is_true(const Value& value) { return value.boolean() != nullptr && *value.boolean(); }
inline std::int64_t number_of(const Value& value, std::int64_t fallback = 0) {
  return value.integer() != nullptr ? *value.integer() : fallback;
}
inline std::int64_t ms_of(const Value& value, std::int64_t fallback) {
  const auto* duration = value.get<Duration>();
  return duration != nullptr ? duration->ms : fallback;
}

inline bool mentions(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const auto word : words) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace infra::nodes
