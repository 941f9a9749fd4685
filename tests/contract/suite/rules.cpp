#include "tests/contract/suite/rules.h"

#include <catch2/catch.hpp>

#include <chrono>

#include "base/hash.h"
#include "tests/contract/suite/trial.h"

namespace infra::test {
namespace {

bool same(const Observation& a, const Observation& b) {
  auto alike = [](const ObservedObject& x, const ObservedObject& y) {
    return x.address == y.address && x.type == y.type && x.id == y.id && x.token == y.token &&
           x.spec_hash == y.spec_hash && x.health.now == y.health.now && x.outputs == y.outputs;
  };
  return std::equal(a.objects.begin(), a.objects.end(), b.objects.begin(), b.objects.end(), alike);
}

const Schema& schema_of(const Subject& subject) {
  for (const auto& schema : subject.fixture.schemas()) {
    if (schema.name == subject.type) return schema;
  }
  FAIL("no schema of type " << subject.type);
  throw std::logic_error("not reached");
}

// One name may stand for what is asked for and for what comes of it (the ports of a container).
const Attribute* find_attribute(const Schema& schema, const std::string& name, bool computed) {
  for (const auto& attribute : schema.attributes) {
    if (attribute.name == name && attribute.computed == computed) return &attribute;
  }
  return nullptr;
}

void check_member(const Schema& schema, const std::string& name, const Value& value, bool computed) {
  INFO((computed ? "output " : "input ") << name << " = " << to_source(value));
  const auto* attribute = find_attribute(schema, name, computed);
  REQUIRE(attribute != nullptr);
  CHECK(value.known());
  CHECK(fits(type_of(value), attribute->type));
  CHECK(!violated(attribute->type, value));
}

}  // namespace

void inputs_and_outputs_are_documented(const Subject& subject) {
  const auto& schema = schema_of(subject);
  CHECK(!schema.doc.empty());
  for (const auto& attribute : schema.attributes) {
    INFO("attribute " << attribute.name);
    CHECK(!attribute.doc.empty());
  }
  auto provider = open(subject);
  const auto trial = create(subject, *provider);
  REQUIRE(trial.request.inputs.map() != nullptr);
  REQUIRE(trial.object.outputs.map() != nullptr);
  for (const auto& [name, value] : *trial.request.inputs.map()) {
    check_member(schema, name, value, false);
  }
  for (const auto& [name, value] : *trial.object.outputs.map()) check_member(schema, name, value, true);
  for (const auto& attribute : schema.attributes) {
    INFO("attribute " << attribute.name);
    if (attribute.computed) CHECK(trial.object.outputs.map()->find(attribute.name) != nullptr);
    if (attribute.required) CHECK(trial.request.inputs.map()->find(attribute.name) != nullptr);
  }
  destroy(*provider, trial);
}

void what_is_created_is_observed_once(const Subject& subject) {
  auto provider = open(subject);
  const auto trial = create(subject, *provider);
  check_observed(*provider, trial);
  auto next_run = open(subject);
  check_observed(*next_run, trial);
  if (subject.fixture.listed(subject.type)) {
    const auto found = look(*next_run, trial).front();
    // The record tells whose it is: some lists of AWS show no tags.
    CHECK((found.token.empty() || found.token == trial.request.token));
    CHECK((found.spec_hash.empty() || found.spec_hash == trial.request.spec_hash));
  }
  destroy(*provider, trial);
}

void observe_changes_nothing(const Subject& subject) {
  auto provider = open(subject);
  const auto trial = create(subject, *provider);
  const std::string before = subject.fixture.fingerprint();
  const auto first = observe(*provider, {trial.known()});
  CHECK(same(first, observe(*provider, {trial.known()})));
  CHECK(same(first, observe(*open(subject), {trial.known()})));
  CHECK(subject.fixture.fingerprint() == before);
  destroy(*provider, trial);
}

void an_update_converges(const Subject& subject) {
  auto provider = open(subject);
  auto trial = create(subject, *provider);
  auto next = subject.fixture.mutated(subject.type, trial.request.inputs);
  if (next) {
    REQUIRE(!(*next == trial.request.inputs));
    auto request = trial.request;
    stamp(request, *next);
    request.token = random_token(20);
    for (int round = 0; round < 2; ++round) {  // the second one finds it done
      trial.object = must(provider->update(trial.existing(), request, Cancel(), ignore_progress));
      trial.request = request;
      check_observed(*provider, trial);
    }
  }
  destroy(*provider, trial);
}

void destroying_twice_succeeds(const Subject& subject) {
  auto provider = open(subject);
  const auto trial = create(subject, *provider);
  destroy(*provider, trial);
  destroy(*provider, trial);
  destroy(*open(subject), trial);
}

void what_is_destroyed_is_gone(const Subject& subject) {
  auto provider = open(subject);
  const auto trial = create(subject, *provider);
  destroy(*provider, trial);
  CHECK(look(*provider, trial).empty());
  CHECK(look(*open(subject), trial).empty());
}

void a_failed_create_leaves_nothing(const Subject& subject) {
  auto provider = open(subject);
  auto request = request_for(subject);
  auto bad = subject.fixture.failing(subject.type, request.inputs);
  if (!bad) return;
  stamp(request, *bad);
  const std::string before = subject.fixture.fingerprint();
  auto refused = provider->create(request, Cancel(), ignore_progress);
  REQUIRE(!refused);
  INFO(refused.error().text());
  CHECK(refused.error().code.starts_with("E06"));
  CHECK(!refused.error().help.empty());
  CHECK(at_address(observe(*provider, {}), request.address).empty());
  CHECK(subject.fixture.fingerprint() == before);
}

// A run records what it is about to make: that is all the next one knows if it was killed.
KnownObject intent_of(const Trial& trial) {
  auto out = trial.known();
  out.id.clear();
  return out;
}

void an_unrecorded_object_is_found_by_its_token(const Subject& subject) {
  if (!subject.fixture.listed(subject.type)) return;
  const auto killed = create(subject, *open(subject));  // what it returned is lost with the run
  auto provider = open(subject);
  const auto found = at_address(observe(*provider, {intent_of(killed)}), killed.request.address);
  REQUIRE(found.size() == 1);
  CHECK(found.front().token == killed.request.token);
  CHECK(found.front().type == subject.type);
  CHECK(found.front().id == killed.object.id);
  CHECK(found.front().outputs == killed.object.outputs);
  const Trial adopted{.request = killed.request, .object = {.id = found.front().id, .outputs = found.front().outputs}};
  destroy(*provider, adopted);
}

void what_is_removed_by_hand_is_gone(const Subject& subject) {
  auto provider = open(subject);
  const auto trial = create(subject, *provider);
  if (subject.fixture.remove_behind_its_back(subject.type, trial.object)) CHECK(look(*provider, trial).empty());
  destroy(*provider, trial);
}

void strangers_are_invisible(const Subject& subject) {
  auto provider = open(subject);
  const auto trial = create(subject, *provider);
  if (subject.fixture.listed(subject.type)) {
    for (const Ownership& stranger : {Ownership{.stack = "another", .lineage = contract_owner().lineage},
                                      Ownership{.stack = contract_owner().stack, .lineage = "another"}}) {
      CHECK(observe(*subject.fixture.connect(stranger), {}).objects.empty());
    }
    CHECK(at_address(observe(*open(subject), {intent_of(trial)}), trial.request.address).size() == 1);
  }
  destroy(*provider, trial);
}

void an_aborted_create_returns_soon(const Subject& subject) {
  auto provider = open(subject);
  Trial trial{.request = request_for(subject)};
  Cancel cancel;
  cancel.set(Cancel::abort);
  const auto start = std::chrono::steady_clock::now();
  auto made = provider->create(trial.request, cancel, ignore_progress);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  if (!made) CHECK(made.error().code == "E0703");
  if (made) trial.object = *std::move(made);
  // Done or not done, what exists is found by its token and can be taken away.
  for (const auto& left : at_address(observe(*provider, {}), trial.request.address)) {
    CHECK(left.token == trial.request.token);
    trial.object = {.id = left.id, .outputs = left.outputs};
  }
  if (!trial.object.id.empty()) destroy(*provider, trial);
}

ObjectResult make_lasting(const Subject& subject, Value& inputs) {
  auto trial = create(subject, *open(subject));
  inputs = trial.request.inputs;
  return trial.object;
}

void destroy_lasting(const Subject& subject, const ObjectResult& object, const Value& inputs) {
  destroy(*open(subject), {.request = {.address = {.kind = "test", .path = subject.type, .part = "lasting"},
                                       .type = subject.type,
                                       .inputs = inputs},
                           .object = object});
}

}  // namespace infra::test
