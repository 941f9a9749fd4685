// What the compiler makes of a declaration, and what a platform lowers it to.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/sources/source.h"
#include "base/values/address.h"
#include "base/values/value.h"

namespace infra {

enum class Replace { by_platform, create_first, destroy_first };

struct Options {
  bool protect = false;
  bool keep = false;  // forget instead of delete
  Replace replace = Replace::by_platform;
  std::vector<std::string> ignore;
  friend bool operator==(const Options&, const Options&) = default;
};

// A declared resource after expansion: every loop turned, every name resolved. Its config is a Map: attributes by name
// with defaults filled in (an unset attribute without default is absent); a labelled block a Map by label, one block a
// Map, a repeated one a List. A reference to a declaration is Ref{address, ""}; to what is known after apply
// Ref{address, "attribute"}, perhaps inside a Call.
struct Resource {
  Address address;       // service.api
  std::string platform;  // the name of the platform declaration: "laptop"
  Value config;
  std::vector<Address> depends_on;  // from references, parents and `depends_on`; sorted, no duplicates
  Options options;
  std::string doc;        // from ///
  Span span;              // `service api`
  bool existing = false;  // not this stack's: its config is what its block says, by which it is found
  // Where an attribute was written, for messages of later phases: "memory", "container.web.image", a repeated block's
  // "route.0.path", an entry of a map that is written out "container.web.after.proxy" (its key with a ':' behind).
  // Sorted by path.
  std::vector<std::pair<std::string, Span>> places;
  [[nodiscard]] Span place(std::string_view path) const;                   // falls back to span
  [[nodiscard]] std::optional<Span> written(std::string_view path) const;  // nullopt: it has its default
};

// `nodes laptop { … }`, `simulator sim { … }`, `aws cloud { … }`
struct PlatformDecl {
  std::string name;
  std::string kind;
  Value config;
  Span span = {};
  std::vector<std::pair<std::string, Span>> places = {};  // as Resource::places
  std::vector<Address> depends_on = {};                   // declarations whose attributes its config refers to; sorted
  [[nodiscard]] Span place(std::string_view path) const;  // falls back to span
  friend bool operator==(const PlatformDecl& a, const PlatformDecl& b) {
    return a.name == b.name && a.kind == b.kind && a.config == b.config;
  }
};

// One object of a provider: a container, a network. What the planner diffs and the executor makes true.
struct LoweredResource {
  Address address;   // owner's address and a part: "service.api/0"
  std::string type;  // a provider type: "container"
  std::string platform;
  Value inputs;  // Map by the provider type's schema; may hold Refs to other lowered resources' outputs
  std::vector<Address> depends_on;  // lowered addresses; sorted, no duplicates
  Options options;                  // from the owner; `replace` decided
};

}  // namespace infra
