// The portable kinds of the language: what a user may declare. One file a kind in compiler/kinds/, one row in
// kinds.cpp.
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "base/values/schema.h"

namespace infra {

enum class KindRole { resource, platform, module, environment };

struct Kind {
  KindRole role = KindRole::resource;
  std::shared_ptr<const Schema> schema;
  std::string parent = {};  // "vpc" for subnet: stands only inside it, which is its attribute of that name
  // Attributes that name a file or folder of the stack: in a module they are relative to the module's own.
  std::vector<std::string> paths = {};
  std::vector<std::string> platforms = {};  // the platform kinds that it can ever run on; empty: all
};

const std::vector<Kind>& all_kinds();  // sorted by name
const Kind* find_kind(std::string_view name);

// A block that is called like a platform (`aws { }` of a vpc) says what only that one has. One file may be for several
// platforms, so the others pass over it.
bool is_named_for_platform(const Block& block);

// `module NAME { from = … }`: its other attributes are the params of the stack that it names, so they stand in no
// schema. It is no row of all_kinds().
const Kind& module_kind();

// The attributes that every resource takes beside its own: its name, labels, protect …
const Schema& common_options();

// Two more, `platform` and `depends_on`: how a resource is tied to others. The compiler uses them up; nobody can read
// them.
const Schema& tie_options();

}  // namespace infra
