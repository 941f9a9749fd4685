#include "tests/contract/suite/trial.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "base/values/codec.h"

namespace infra::test {

Ownership contract_owner() { return {.stack = "contract", .lineage = "contract-lineage"}; }

ExistingObject Trial::existing() const {
  return {.address = request.address,
          .type = request.type,
          .id = object.id,
          .inputs = request.inputs,
          .outputs = object.outputs};
}

KnownObject Trial::known() const {
  recorded = to_json(request.inputs, contract_owner().lineage);
  return {.address = request.address, .type = request.type, .id = object.id, .recorded_inputs = recorded};
}

void ignore_progress(const std::string&) {}

void stamp(CreateRequest& request, Value inputs) {
  request.spec_hash = spec_hash(inputs, contract_owner().lineage);
  request.inputs = std::move(inputs);
}

CreateRequest request_for(const Subject& subject) {
  const int variant = ++subject.variants;
  CreateRequest out{.address = {.kind = "test", .path = subject.type, .part = fmt::format("{}", variant)},
                    .type = subject.type,
                    .token = random_token(20)};
  stamp(out, subject.fixture.inputs(subject.type, variant, subject.made));
  return out;
}

std::unique_ptr<Provider> open(const Subject& subject) { return subject.fixture.connect(contract_owner()); }

Trial create(const Subject& subject, Provider& provider) {
  Trial out{.request = request_for(subject)};
  out.object = must(provider.create(out.request, Cancel(), ignore_progress));
  REQUIRE(!out.object.id.empty());
  return out;
}

void destroy(Provider& provider, const Trial& trial) {
  must(provider.destroy(trial.existing(), Cancel(), ignore_progress));
}

Observation observe(Provider& provider, const std::vector<KnownObject>& known) {
  auto out = must(provider.observe(known));
  CHECK(out.unreachable.empty());
  CHECK(std::is_sorted(out.objects.begin(), out.objects.end(), [](const ObservedObject& a, const ObservedObject& b) {
    return std::tie(a.address, a.id) < std::tie(b.address, b.id);
  }));
  return out;
}

std::vector<ObservedObject> at_address(const Observation& observation, const Address& address) {
  std::vector<ObservedObject> out;
  for (const auto& object : observation.objects) {
    if (object.address == address) out.push_back(object);
  }
  return out;
}

std::vector<ObservedObject> look(Provider& provider, const Trial& trial) {
  return at_address(observe(provider, {trial.known()}), trial.request.address);
}

void check_observed(Provider& provider, const Trial& trial) {
  const auto found = look(provider, trial);
  REQUIRE(found.size() == 1);
  const auto& object = found.front();
  CHECK(object.type == trial.request.type);
  CHECK(object.id == trial.object.id);
  CHECK(object.health.now == Health::healthy);
  CHECK(object.outputs == trial.object.outputs);
}

}  // namespace infra::test
