// A stack built by hand and lowered: the input of these tests, and its outcome as text.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "base/sources/memory_tree.h"
#include "providers/engine/engine_types.h"

namespace infra::testing {

inline Map record(std::initializer_list<Entry> entries) { return Map(std::vector<Entry>(entries)); }
inline Value list(std::initializer_list<Value> items) { return List(items); }
Value to(const std::string& address);  // a reference to a declaration
Value to(const std::string& address, const std::string& attribute);

// `text` is what tests/engine/lowered/NAME.txt says; INFRA_RENEW=1 writes it anew, to be reviewed.
void check_golden(const std::string& name, const std::string& text);

class HandMade {
 public:
  explicit HandMade(std::vector<std::string> nodes = {"a"}, std::map<std::string, std::string> files = {});
  // In the order of dependency.
  HandMade& add(const std::string& address, Map config);
  Resource& last() { return resources_.back(); }
  void set_endpoint(const std::string& node, const std::string& endpoint);
  void set_zone(const std::string& node, const std::string& zone);

  // Each lowered resource with its inputs, then the outputs that aren't empty.
  std::string lowered();
  // "E0404 service `api` …", one a line.
  std::string problems();

 private:
  std::string dump(const Resource& resource, const Lowered& lowered) const;
  PlatformDecl platform_;
  MemoryTree sources_;
  std::vector<Resource> resources_;
  Diagnostics diagnostics_;
};

// The usual beginning: a vpc with one private and one public subnet, and a cluster in it.
void add_network(HandMade& stack);

}  // namespace infra::testing
