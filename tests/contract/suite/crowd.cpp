// Several threads at once.
#include <catch2/catch.hpp>

#include <set>
#include <thread>

#include "tests/contract/suite/trial.h"

namespace infra::test {
namespace {

// What the threads of a crowd did; Catch's assertions belong to the main thread alone.
struct CrowdResult {
  std::vector<std::optional<Error>> errors;
  std::vector<Trial> trials;
};

template <class Work>
void in_threads(std::size_t count, std::size_t threads, Work work) {
  std::vector<std::jthread> all;
  for (std::size_t t = 0; t < threads; ++t) {
    all.emplace_back([=] {
      for (std::size_t i = t; i < count; i += threads) work(i);
    });
  }
}

CrowdResult create_crowd(const Subject& subject, Provider& provider, std::size_t count) {
  CrowdResult out{.errors = std::vector<std::optional<Error>>(count)};
  for (std::size_t i = 0; i < count; ++i) out.trials.push_back({.request = request_for(subject)});
  in_threads(count, 8, [&out, &provider](std::size_t i) {
    auto made = provider.create(out.trials[i].request, Cancel(), ignore_progress);
    if (made) {
      out.trials[i].object = *std::move(made);
    } else {
      out.errors[i] = std::move(made).error();
    }
  });
  return out;
}

void destroy_crowd(Provider& provider, CrowdResult& crowd) {
  in_threads(crowd.trials.size(), 8, [&crowd, &provider](std::size_t i) {
    auto gone = provider.destroy(crowd.trials[i].existing(), Cancel(), ignore_progress);
    if (!gone) crowd.errors[i] = std::move(gone).error();
  });
}

void check_no_errors(const CrowdResult& crowd) {
  for (const auto& error : crowd.errors) {
    if (error) FAIL_CHECK(error->text());
  }
}

}  // namespace

void many_are_created_and_destroyed_at_once(const Subject& subject) {
  auto provider = open(subject);
  auto crowd = create_crowd(subject, *provider, static_cast<std::size_t>(subject.fixture.crowd(subject.type)));
  check_no_errors(crowd);
  std::vector<KnownObject> known;
  std::set<std::string> ids;
  for (const auto& trial : crowd.trials) {
    known.push_back(trial.known());
    ids.insert(trial.object.id);
  }
  CHECK(ids.size() == crowd.trials.size());
  const auto observation = observe(*provider, known);
  for (const auto& trial : crowd.trials) {
    const auto found = at_address(observation, trial.request.address);
    REQUIRE(found.size() == 1);
    CHECK(found.front().id == trial.object.id);
    CHECK(found.front().outputs == trial.object.outputs);
  }
  destroy_crowd(*provider, crowd);
  check_no_errors(crowd);
}

}  // namespace infra::test
