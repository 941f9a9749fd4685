#include "compiler/functions/functions.h"

#include <catch2/catch.hpp>

namespace infra {

TEST_CASE("every function has a signature that reads and a sentence of documentation") {
  for (const auto& f : all_functions()) {
    INFO(f.name);
    CHECK((f.doc.ends_with('.') || f.doc.ends_with('?')));
    CallProblem problem;
    function_type(f, std::vector<Type>(12), problem);  // parses the signature
    CHECK(find_function(f.name) == &f);
  }
}

TEST_CASE("arguments that aren't known yet make a call for later") {
  std::string error;
  const Value later = Ref{*Address::parse("service.web/0"), "address"};
  const auto out = call_function("upper", {later}, error);
  REQUIRE(out);
  REQUIRE(out->call() != nullptr);
  CHECK(out->call()->function == "upper");
}

TEST_CASE("a secret argument makes a secret result, and never stands in a message") {
  std::string error;
  const auto out = call_function("interpolate", {"x-", Value::secret("hunter2")}, error);
  REQUIRE(out);
  REQUIRE(out->secret() != nullptr);
  CHECK(*out->secret() == Value("x-hunter2"));
  CHECK_FALSE(call_function("base64_decode", {Value::secret("hunter2!")}, error));
  CHECK(error.find("hunter2") == std::string::npos);
}

TEST_CASE("types flow through signatures") {
  auto type = [](const char* name, std::vector<Type> arguments) {
    CallProblem problem;
    const Type out = function_type(*find_function(name), arguments, problem);
    return problem.text.empty() ? to_text(out) : problem.text;
  };
  using namespace types;
  CHECK(type("first", {list(integer())}) == "Int?");
  CHECK(type("values", {map(bytes())}) == "List<Bytes>");
  CHECK(type("values", {Type::record({{"a", integer()}, {"b", integer()}})}) == "List<Int>");
  CHECK(type("group_by", {list(Type::record({{"a", string()}})), string()}) == "Map<String, List<{ a: String }>>");
  CHECK(type("upper", {string().as_later()}) == "Later<String>");
  CHECK(type("upper", {integer()}) == "`upper` takes String here, got Int");
  CHECK(type("split", {string()}) == "`split` takes 2 arguments, got 1");
  CHECK(type("flatten", {list(list(cpu()))}) == "List<Cpu>");
}

TEST_CASE("what takes one thing or another tells its result's type all the same") {
  auto type = [](const char* name, std::vector<Type> arguments) {
    CallProblem problem;
    const Type out = function_type(*find_function(name), arguments, problem);
    return problem.text.empty() ? to_text(out) : problem.text;
  };
  using namespace types;
  CHECK(type("max", {integer(), integer()}) == "Int");
  CHECK(type("max", {list(bytes())}) == "Bytes");
  CHECK(type("max", {integer(), string()}) == "`max` takes Int here, got String");
  CHECK(type("max", {integer().as_secret(), integer()}) == "Secret<Int>");
  CHECK(type("sum", {list(integer().between(1, 5))}) == "Int");
  CHECK(type("length", {map(string().as_secret())}) == "Int");  // only the keys are looked at
  CHECK(type("length", {list(string().as_secret())}) == "Int");
  CHECK(type("length", {list(string().as_later())}) == "Int");
  CHECK(type("length", {string().as_secret()}) == "Secret<Int>");
  CHECK(type("sort", {list(string().as_secret())}) == "List<Secret<String>>");
  CHECK(type("length", {integer()}) == "`length` takes String, a list or a map here, got Int");
  CHECK(type("length", {string().opt()}) == "this may be null (String?), and `length` takes no null");
  CHECK(type("merge", {map(integer()), map(string())}) ==
        "`merge` takes Map<String, Int> here, got Map<String, String>");
  CHECK(type("contains", {cidr(), cidr()}) == "Bool");
  CHECK(type("contains", {string(), integer()}) == "`contains` takes String here, got Int");
  CHECK(type("zip", {list(integer()), list(integer())}) == "List<List<Int>>");
}

TEST_CASE("arithmetic doesn't wrap around") {
  std::string error;
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK_FALSE(call_function("+", {most, 1}, error));
  CHECK_FALSE(call_function("*", {most, 2}, error));
  CHECK_FALSE(call_function("/", {std::numeric_limits<std::int64_t>::min(), -1}, error));
  CHECK_FALSE(call_function("*", {Bytes{most}, 3}, error));
  CHECK_FALSE(call_function("%", {1, 0}, error));
}

}  // namespace infra
