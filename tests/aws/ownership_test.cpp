// To whom an object belongs and what it is called: tags, names, ARNs, the guard against another account.
#include <catch2/catch.hpp>

#include "providers/aws/account_guard.h"
#include "providers/aws/aws_names.h"
#include "providers/aws/resource_tags.h"

using namespace infra;
using namespace infra::aws;

TEST_CASE("what a tag can't hold is escaped, and comes back") {
  CHECK(escaped("subnet.main.public[\"a\"]/subnet") == "subnet.main.public=5B=22a=22=5D/subnet");
  CHECK(escaped("a=b") == "a=3Db");
  for (const auto* text : {"", "plain", "ünï=%\n", "[\"=\"]", "= =="}) CHECK(unescaped(escaped(text)) == text);
  CHECK(unescaped("=ZZ=") == "=ZZ=");
}

TEST_CASE("a mark is read back from its tags, in all spellings") {
  const Mark mark{.stack = "shop",
                  .lineage = "abc",
                  .address = *Address::parse("subnet.main.public[\"a\"]/subnet"),
                  .token = "tok",
                  .spec = "hash",
                  .type = "subnet"};
  const auto tags = tags_of(mark);
  CHECK(tags.size() == kOwnTags);
  for (const auto& listed : {Value(tag_list(tags)), Value(tag_list(tags, "key", "value")), tag_map(tags)}) {
    const auto back = mark_of(read_tags(listed));
    REQUIRE(back);
    CHECK(back->address == mark.address);
    CHECK(back->token == "tok");
  }
  CHECK_FALSE(mark_of({{"Name", "somebody's"}}));
}

TEST_CASE("names fit, stay apart, and keep room for a second one") {
  CHECK(stable_name("shop", "web", 32) == "shop-web");
  const auto longer = stable_name("shop", std::string(40, 'a') + "1", 32);
  CHECK(longer.size() <= 32);
  CHECK(longer != stable_name("shop", std::string(40, 'a') + "2", 32));
  CHECK(unique_name("shop", "web", "abcdefghij", 32) == "shop-web-abcdef");
  CHECK(unique_name("shop", std::string(60, 'b'), "abcdefghij", 32).size() <= 32);
}

TEST_CASE("ARNs and their parts") {
  const auto arn = parse_arn("arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1");
  CHECK(arn.account == "123456789012");
  CHECK(arn.resource == "vpc/vpc-1");
  CHECK(parse_arn("vpc-1").account.empty());
  CHECK(last_part("arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1") == "vpc-1");
  const Identity identity{.region = "eu-west-1", .account = "1", .arn = {}};
  CHECK(identity.arn_of("ec2", "vpc/v") == "arn:aws:ec2:eu-west-1:1:vpc/v");
}

TEST_CASE("another account or region than the record's is an error that names both") {
  const Identity here{.region = "eu-west-1", .account = "111111111111", .arn = "arn:aws:iam::111111111111:user/ann"};
  const auto known = [](const char* id) {
    return std::vector<KnownObject>{
        {.address = *Address::parse("vpc.main/vpc"), .type = "vpc", .id = id, .recorded_inputs = "{}"}};
  };
  CHECK(check_account(here, known("arn:aws:ec2:eu-west-1:111111111111:vpc/v"), "cloud"));
  CHECK(check_account(here, known("arn:aws:iam::111111111111:role/r"), "cloud"));
  const auto account = check_account(here, known("arn:aws:ec2:eu-west-1:222222222222:vpc/v"), "cloud");
  REQUIRE_FALSE(account);
  CHECK(account.error().code == "E0624");
  CHECK(account.error().help.find("222222222222") != std::string::npos);
  const auto region = check_account(here, known("arn:aws:ec2:us-east-1:111111111111:vpc/v"), "cloud");
  REQUIRE_FALSE(region);
  CHECK(region.error().help == "set `region = \"us-east-1\"`, or destroy the stack there first");
}
