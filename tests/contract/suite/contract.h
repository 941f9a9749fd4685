// What every Provider must do: the comment on providers/provider.h as tests. A platform's tests make a fixture of
// their world and call run_contract, inside a Catch2 test case.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "providers/provider.h"

namespace infra::test {

// The outputs of one object of each type that was made before, by type.
using Made = std::map<std::string, Value>;

class ContractFixture {
 public:
  virtual ~ContractFixture() = default;
  virtual std::string name() const = 0;
  virtual const std::vector<Schema>& schemas() const = 0;
  // A new provider on the same world, as a new run would open it.
  virtual std::unique_ptr<Provider> connect(const Ownership& owner) = 0;
  // The types to hold to the contract; what another needs comes first.
  virtual std::vector<std::string> types() const = 0;
  // Good inputs; two variants can stand beside each other.
  virtual Value inputs(const std::string& type, int variant, const Made& made) = 0;
  // The same with one attribute changed that is updated in place; nullopt: the type has none.
  virtual std::optional<Value> mutated(const std::string& type, const Value& inputs) = 0;
  // Inputs whose create must fail though the schema allows them; nullopt: the type knows none.
  virtual std::optional<Value> failing(const std::string& type, const Value& inputs) = 0;
  // Can the world list this type's objects by label? If not, observe finds only what it is told of.
  virtual bool listed(const std::string&) const { return true; }
  // By hand, as an operator would. false: it can't be done for this type.
  virtual bool remove_behind_its_back(const std::string& type, const ObjectResult& object) = 0;
  // All that exists in the world, anyone's, as a text: to see that something changed nothing and left nothing.
  virtual std::string fingerprint() = 0;
  // Promises that make no sense for a type: the rule's name, and why.
  virtual std::map<std::string, std::string> without(const std::string&) const { return {}; }
  // How many objects of a type are made at once.
  virtual int crowd(const std::string&) const { return 16; }
};

void run_contract(ContractFixture& fixture);

}  // namespace infra::test
