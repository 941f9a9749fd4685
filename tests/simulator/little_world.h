// A world in a temporary folder and short words for what tests make in it.
#pragma once
#include <catch2/catch.hpp>
#include <string>

#include "providers/provider.h"
#include "providers/simulator/world.h"
#include "tests/support/temp_folder.h"

namespace infra::test {

inline const Ownership kShop{.stack = "shop", .lineage = "lineage"};

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().text());
  return *std::move(result);
}

// "network.a/n1" → the request to make it, with a token of its own.
CreateRequest request(const std::string& address, const std::string& type, Value inputs);

Value network_inputs(const std::string& name, const std::string& cidr, const std::string& node = "n1");
Value bridge_inputs(const std::string& name, List ports = {}, const std::string& node = "n1");
Value attached_inputs(const std::string& name, const std::string& network, const std::string& node = "n1");
Value port(const std::string& name, int inside, int outside);
Value changed(const Value& inputs, const std::string& name, Value value);
ExistingObject existing(const CreateRequest& request, const std::string& id);

// The platform declaration `simulator sim { … }`.
PlatformDecl simulator(Map config = {});
std::unique_ptr<Provider> connect(const testing::TempFolder& home, Map config = {}, Ownership owner = kShop);

}  // namespace infra::test
