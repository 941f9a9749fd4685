// What each file of this folder gives to the table in kinds.cpp.
#pragma once
#include "compiler/kinds.h"

namespace infra::kinds {

Kind aws();
Kind kubernetes();
Kind env();
Kind nodes();
Kind simulator();
Kind vpc();
Kind subnet();
Kind registry();
Kind repository();
Kind image();
Kind cluster();
Kind task();
Kind service();
Kind job();
Kind load_balancer();
Kind listener();
Kind secret();
Kind eks();

// "a name on the platform": lower-case letters, digits and hyphens, as DNS labels are (RFC 1123).
// What no platform refuses for its first letters; which of them take it is a check of its own (checks/check_names.cpp).
inline Type given_name() { return types::string().matching("[A-Za-z0-9/_+=.@-][A-Za-z0-9 _.:/=+@-]{0,511}"); }
inline Type name_type() { return types::string().matching("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"); }

// `instance` of machines on EC2.
inline Attribute instance_type() {
  return {.name = "instance",
          .type = types::string().matching("[a-z][a-z0-9-]*\\.[a-z0-9-]+"),
          .doc = "The instance type, such as \"m6i.large\".",
          .required = true};
}

inline Type range(Type t) { return Type::range(std::move(t)); }

inline std::shared_ptr<const Schema> make(Schema schema) { return std::make_shared<const Schema>(std::move(schema)); }

}  // namespace infra::kinds
