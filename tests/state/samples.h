// Records as a run would write them, numbered.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "state/store.h"

namespace infra::test {

RecordedResource sample_resource(int n);
Intent sample_intent(int n);
RecordedPlatform sample_platform(const std::string& name);
RecordedDeployment sample_deployment(const std::string& service, int failures);
RecordedNote sample_note(const std::string& name, int number);
RecordedOutput sample_output(const std::string& name, const std::string& text);
LockHolder sample_holder();
// What is recorded, without who is at work on it.
Snapshot unleased(Snapshot snapshot);

// A store that holds its lock.
struct Locked {
  std::unique_ptr<Store> store;
  std::unique_ptr<StateLock> lock;
};
Locked locked_sqlite(const std::string& path, const std::string& stack = "shop");

// Fails the test with the error's text.
template <class T>
T must(Result<T> result);

}  // namespace infra::test

#include <catch2/catch.hpp>

template <class T>
T infra::test::must(Result<T> result) {
  if (!result) FAIL(result.error().text());
  return *std::move(result);
}
