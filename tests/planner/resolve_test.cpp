#include <catch2/catch.hpp>

#include "planner/planner.h"

namespace infra {
namespace {

const Address kImage{"image", "web", "laptop"};
const Address kOther{"image", "other", "laptop"};

Value resolved(const Value& value, std::vector<std::string>* problems = nullptr) {
  const Value outputs = Map({{"digest", "sha256:1"}, {"ports", Map({{"http", 8080}})}});
  return resolve(
      value, [&](const Address& a) { return a == kImage ? &outputs : nullptr; }, problems);
}

TEST_CASE("references are replaced wherever they stand, unknown ones stay") {
  const Value inputs = Map({{"image", Ref{kImage, "digest"}},
                            {"list", List{Ref{kOther, "digest"}, 1}},
                            {"secret", Value::secret(Ref{kImage, "digest"})},
                            {"missing", Ref{kImage, "no_such"}},
                            {"itself", Ref{kOther, ""}}});
  const auto out = resolved(inputs);
  CHECK(out["image"] == Value("sha256:1"));
  CHECK(out["list"] == Value(List{Ref{kOther, "digest"}, 1}));
  CHECK(*out["secret"].secret() == Value("sha256:1"));
  CHECK(out["missing"] == Value(Ref{kImage, "no_such"}));
  CHECK(out["itself"] == Value(Ref{kOther, ""}));
}

TEST_CASE("calls are evaluated once their arguments are known") {
  CHECK(resolved(Call{"+", {"web@", Ref{kImage, "digest"}}}) == Value("web@sha256:1"));
  const auto half = resolved(Call{"+", {Call{"+", {"a", Ref{kImage, "digest"}}}, Ref{kOther, "digest"}}});
  REQUIRE(half.call() != nullptr);
  CHECK(half.call()->arguments.front() == Value("asha256:1"));
  CHECK_FALSE(half.known());
}

TEST_CASE("a call that fails stays and says why") {
  std::vector<std::string> problems;
  const auto out = resolved(Call{"/", {1, 0}}, &problems);
  CHECK_FALSE(out.known());
  CHECK(problems.size() == 1);
}

}  // namespace
}  // namespace infra
