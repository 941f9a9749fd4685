// The portable kinds of the language: what a user may declare. One file a kind in compiler/kinds/, one row in
// kinds.cpp.
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "base/schema.h"

namespace infra {

enum class KindRole { resource, platform };

struct Kind {
  KindRole role = KindRole::resource;
  std::shared_ptr<const Schema> schema;
  std::string parent = {};  // "vpc" for subnet: stands only inside it, which is its attribute of that name
  std::vector<std::string> platforms = {};  // the platform kinds that it can ever run on; empty: all
};

const std::vector<Kind>& all_kinds();  // sorted by name
const Kind* find_kind(std::string_view name);

// The attributes that every resource takes beside its own (name, labels, platform, depends_on, protect …).
const Schema& common_options();

}  // namespace infra
