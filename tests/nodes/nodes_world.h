// One real engine and one real registry for all tests of this program, in a network of their own.
#pragma once
#include <memory>
#include <string>

#include "base/sources/memory_tree.h"
#include "providers/nodes/nodes.h"
#include "tests/support/private_engine.h"
#include "tests/support/private_registry.h"

namespace infra::testing {

struct World {
  PrivateEngine engine;
  PrivateRegistry registry;
};
// Started by the first test that asks.
World& world();

// The image of the test program on the engine.
inline constexpr const char* kApp = "infra-test/app:1";

inline Map record(std::initializer_list<Entry> entries) { return Map(std::vector<Entry>(entries)); }

PlatformDecl platform_at(const std::string& endpoint);
// A provider on the world's engine, or on another endpoint.
std::unique_ptr<Provider> connect(const Ownership& owner, const SourceTree* sources = nullptr,
                                  const std::string& endpoint = {});
// An owner that nobody else has.
Ownership new_owner();

// A folder with a Dockerfile that makes an image of the test program, whose environment has TEXT=`text`.
class AppSources : public MemoryTree {
 public:
  explicit AppSources(const std::string& text);

 protected:
  Result<std::vector<TreeEntry>> do_list(const std::string& folder) const override;
};

// Objects of one owner, made and taken away by a test.
class Stage {
 public:
  explicit Stage(const SourceTree* sources = nullptr, const std::string& endpoint = {});
  ~Stage();  // destroys what was made, the last first

  Result<ObjectResult> create(const std::string& address, const std::string& type, Map inputs);
  // Fails the test if it can't.
  ObjectResult must_create(const std::string& address, const std::string& type, Map inputs);
  Result<Ok> destroy(const std::string& address);
  [[nodiscard]] Observation observe() const;
  [[nodiscard]] std::vector<KnownObject> known() const;  // valid until the next call
  // The only object at an address, or nullopt.
  [[nodiscard]] std::optional<ObservedObject> seen(const std::string& address) const;

  [[nodiscard]] const Ownership& owner() const { return owner_; }
  [[nodiscard]] const std::vector<std::string>& said() const { return said_; }
  Provider& provider() { return *provider_; }
  [[nodiscard]] ExistingObject existing(const std::string& address) const;

 private:
  Ownership owner_ = new_owner();
  std::unique_ptr<Provider> provider_;
  std::vector<ExistingObject> made_;
  mutable std::vector<std::string> recorded_;  // what known() lends
  std::vector<std::string> said_;
};

// A network of subnet.main on node a; the engine's id.
std::string subnet_network(Stage& stage, const std::string& name, std::uint8_t second_byte);
// The engine's id of a task's container; "" if it has none of this label.
std::string container_of(const ObjectResult& task, const std::string& label);

// Inputs of a container of the test program: serving, on the engine's bridge, its port 8080 published as `http`.
Map app_container(std::initializer_list<Entry> more = {});
// A health check by the program itself.
Value app_health(const std::string& path = "/healthz");

// The body of http://ADDRESS/PATH, tried for up to ten seconds; "" if nothing answers.
std::string fetch(const std::string& url);

}  // namespace infra::testing
