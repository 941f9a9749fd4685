#include "workspace/params.h"

#include <catch2/catch.hpp>

using namespace infra;

namespace {

std::string text_of(const Params& params, const std::string& name) {
  const auto found = params.find(name);
  return found == params.end() ? "(none)" : found->second.text;
}

}  // namespace

TEST_CASE("a values file is JSON or lines") {
  const auto json = parse_values(R"({"env": "prod", "replicas": 3, "zones": ["a", "b"]})", "v.json");
  REQUIRE(json);
  CHECK(text_of(*json, "env") == "prod");
  CHECK(text_of(*json, "replicas") == "3");
  CHECK(text_of(*json, "zones") == R"(["a","b"])");

  const auto lines = parse_values("# comment\nenv = prod\n\nurl = http://x/?a=b\n", "v.txt");
  REQUIRE(lines);
  CHECK(text_of(*lines, "env") == "prod");
  CHECK(text_of(*lines, "url") == "http://x/?a=b");
  CHECK(lines->at("url").origin == "v.txt:4");
}

TEST_CASE("quotes are stripped from a values file as dotenv and tfvars have them") {
  const auto lines = parse_values(
      "a = \"two words\" # a comment\nexport b='as \\n it stands'\nc = \"line\\n\\\"quoted\\\"\"\nd = [\"x\"]\ne = "
      "it's\n",
      "v.txt");
  REQUIRE(lines);
  CHECK(text_of(*lines, "a") == "two words");
  CHECK(text_of(*lines, "b") == "as \\n it stands");
  CHECK(text_of(*lines, "c") == "line\n\"quoted\"");
  CHECK(text_of(*lines, "d") == "[\"x\"]");
  CHECK(text_of(*lines, "e") == "it's");
  CHECK_FALSE(parse_values("a = \"open\n", "v.txt").ok());
  CHECK_FALSE(parse_values("a = \"x\" y\n", "v.txt").ok());
}

TEST_CASE("what is wrong with a values file is said with its place, and never its values") {
  const auto lines = parse_values("env = prod\nhunter2\n", "v.txt");
  REQUIRE_FALSE(lines);
  CHECK(lines.error().code == "E0904");
  CHECK(lines.error().message == "v.txt: line 2 is not of the form `name = value`");
  CHECK_FALSE(parse_values("{ broken", "v.json").ok());
  CHECK_FALSE(parse_values(R"({"not a name": 1})", "v.json").ok());
}

TEST_CASE("--set wins over the environment") {
  StackOptions options;
  options.set = {"replicas=5", "note=a=b"};
  const auto params = gather_params(options, {"INFRA_PARAM_REPLICAS=2", "INFRA_PARAM_ENV=dev", "HOME=/root"});
  REQUIRE(params);
  CHECK(text_of(*params, "replicas") == "5");
  CHECK(text_of(*params, "env") == "dev");
  CHECK(text_of(*params, "note") == "a=b");
  CHECK(params->at("env").origin == "INFRA_PARAM_ENV");
}

TEST_CASE("a variable is for the param of its name in lower case, or as it stands") {
  const auto params = gather_params({}, {"INFRA_PARAM_ENV=dev", "INFRA_PARAM_dbName=shop"});
  REQUIRE(params);
  CHECK(text_of(*params, "env") == "dev");
  CHECK(text_of(*params, "dbName") == "shop");
}

TEST_CASE("a secret on the command line is refused without being repeated") {
  StackOptions options;
  options.secret = {"password=hunter2"};
  const auto params = gather_params(options, {});
  REQUIRE_FALSE(params);
  CHECK(params.error().code == "E0905");
  CHECK(params.error().text().find("hunter2") == std::string::npos);
}
