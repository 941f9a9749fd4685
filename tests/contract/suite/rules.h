// The rules of the contract, one function each. Every rule leaves the world as it found it.
#pragma once
#include <string>

#include "tests/contract/suite/contract.h"

namespace infra::test {

// One type under test, with what its objects need made and kept.
struct Subject {
  ContractFixture& fixture;
  std::string type;
  const Made& made;
  int& variants;  // used so far, over all types
};

void inputs_and_outputs_are_documented(const Subject& subject);
void what_is_created_is_observed_once(const Subject& subject);
void observe_changes_nothing(const Subject& subject);
void an_update_converges(const Subject& subject);
void destroying_twice_succeeds(const Subject& subject);
void what_is_destroyed_is_gone(const Subject& subject);
void a_failed_create_leaves_nothing(const Subject& subject);
void an_unrecorded_object_is_found_by_its_token(const Subject& subject);
void what_is_removed_by_hand_is_gone(const Subject& subject);
void strangers_are_invisible(const Subject& subject);
void many_are_created_and_destroyed_at_once(const Subject& subject);
void an_aborted_create_returns_soon(const Subject& subject);

// For the suite's frame: an object that others of later types need.
ObjectResult make_lasting(const Subject& subject, Value& inputs);
void destroy_lasting(const Subject& subject, const ObjectResult& object, const Value& inputs);

}  // namespace infra::test
