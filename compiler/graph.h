// The resource graph: what a stack declares, after every loop is turned and every name resolved.
#pragma once
#include <string>
#include <vector>

#include "base/values/resource.h"

namespace infra {

struct OutputDecl {
  std::string name;
  std::string doc;
  Value value;
  bool secret = false;
  Span span;
};

// `moved_from`: what is recorded under one address belongs to another.
struct Move {
  Address from, to;
  Span span;  // of the option
};

// `import`: an object that exists is taken over.
struct Import {
  Address address;
  std::string id;  // or name, as the platform shows it
  Span span;
};

struct Graph {
  std::string stack;
  std::vector<PlatformDecl> platforms;  // sorted by name
  std::vector<Resource> resources;      // sorted by address
  std::vector<Resource> existing;       // what isn't this stack's: read, never changed; sorted by address
  std::vector<OutputDecl> outputs;      // sorted by name
  std::vector<Import> imports;          // sorted by address
  std::vector<Move> moves;              // sorted by where they lead; none from one address twice
  Value params;                         // Map of the values that this run used; secrets are Secret
  std::vector<std::size_t> order;       // indices into resources, what is depended on first; ties by address
  [[nodiscard]] const Resource* find(const Address& address) const;           // of resources
  [[nodiscard]] const Resource* find_existing(const Address& address) const;  // of existing
  [[nodiscard]] const PlatformDecl* platform(std::string_view name) const;
};

// `infra show graph`: one resource a line with what it needs, indented config.
std::string dump_graph(const Graph& graph);

}  // namespace infra
