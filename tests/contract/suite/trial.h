// Words that the rules are told in.
#pragma once
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/contract/suite/rules.h"

namespace infra::test {

// Whose objects the suite makes.
Ownership contract_owner();

// One object from its request to its end.
struct Trial {
  CreateRequest request;
  ObjectResult object;
  [[nodiscard]] ExistingObject existing() const;
  [[nodiscard]] KnownObject known() const;  // valid as long as this

  mutable std::string recorded;  // what known() lends
};

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().text());
  return *std::move(result);
}

void ignore_progress(const std::string& line);
// Gives the request these inputs and their hash.
void stamp(CreateRequest& request, Value inputs);
// For an object that isn't there yet.
CreateRequest request_for(const Subject& subject);

std::unique_ptr<Provider> open(const Subject& subject);
Trial create(const Subject& subject, Provider& provider);
void destroy(Provider& provider, const Trial& trial);
// Sorted, and nothing silent.
Observation observe(Provider& provider, const std::vector<KnownObject>& known);
// Those of one address; others may belong to the suite.
std::vector<ObservedObject> at_address(const Observation& observation, const Address& address);
std::vector<ObservedObject> look(Provider& provider, const Trial& trial);
// It is there once, sound, and as it was created.
void check_observed(Provider& provider, const Trial& trial);

}  // namespace infra::test
