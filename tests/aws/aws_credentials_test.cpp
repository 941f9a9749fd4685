// Each source of credentials, the order they are asked in, and where region, profile and endpoint come from.
#include <catch2/catch.hpp>

#include "providers/aws/credentials/chain.h"
#include "tests/aws/fake_http.h"
#include "tests/support/process.h"

using namespace infra;
using namespace infra::aws;

namespace {

struct Machine {
  std::map<std::string, std::string> variables = {{"HOME", "/home/ann"}};
  std::map<std::string, std::string> files;
  std::map<std::string, std::string> programs;
  test::FakeHttp http;
  std::shared_ptr<test::FakeClock> clock = std::make_shared<test::FakeClock>();
  Surroundings around{.variable = [this](const std::string& name) { return find(variables, name); },
                      .file = [this](const std::string& path) { return find(files, path); },
                      .run = [this](const std::string& command) -> Result<std::string> {
                        if (auto out = find(programs, command)) return *std::move(out);
                        return Error{.code = "E0620", .message = "it ended with code 1"};
                      },
                      .send = http.sender(),
                      .clock = clock};

  static std::optional<std::string> find(const std::map<std::string, std::string>& in, const std::string& name) {
    const auto at = in.find(name);
    return at != in.end() ? std::optional(at->second) : std::nullopt;
  }
  Result<Found> look(const std::string& profile = "default", bool chosen = false) {
    const auto profiles = Profiles::read(around);
    return find_credentials({.surroundings = around, .profiles = profiles, .profile = profile, .region = "eu-west-1"},
                            chosen);
  }
  Found found(const std::string& profile = "default", bool chosen = false) {
    auto out = look(profile, chosen);
    if (!out) FAIL(out.error().text());
    return *std::move(out);
  }
  Error failed(const std::string& profile = "default") {
    auto out = look(profile);
    REQUIRE_FALSE(out);
    return out.error();
  }
  void config(const std::string& text) { files["/home/ann/.aws/config"] = text; }
  void sts_gives(const std::string& operation) {
    http.answer(200,
                "<" + operation + "Response><" + operation +
                    "Result><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>sk</SecretAccessKey>"
                    "<SessionToken>st</SessionToken><Expiration>2026-11-28T16:00:00Z</Expiration></Credentials></" +
                    operation + "Result></" + operation + "Response>");
  }
};

}  // namespace

TEST_CASE("INI files as the AWS command line reads them") {
  const auto ini = parse_ini(
      "[default]\nregion = eu-west-1 # here\naws_secret_access_key = a#b\n\n; no\n[profile \"dev\"]\ns3 =\n"
      "  max = 3\nRegion=us-east-1\r\n[services x]\necs =\n  endpoint_url = http://ecs\nnonsense\n");
  CHECK(ini.at("default").at("region") == "eu-west-1");
  CHECK(ini.at("default").at("aws_secret_access_key") == "a#b");
  CHECK(ini.at("profile dev").at("s3.max") == "3");
  CHECK(ini.at("profile dev").at("region") == "us-east-1");
  CHECK(ini.at("services x").at("ecs.endpoint_url") == "http://ecs");
}

TEST_CASE("times of all the forms there are") {
  CHECK(parse_time("2026-11-28T15:00:00Z") == test::FakeClock().time);
  CHECK(parse_time("2026-11-28T15:00:00.123Z"));
  CHECK_FALSE(parse_time("soon"));
  CHECK_FALSE(parse_time("2026-13-40T15:00:00Z"));
}

TEST_CASE("credentials of the environment") {
  Machine machine;
  machine.variables.insert({{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_SESSION_TOKEN", "t"}});
  const auto found = machine.found();
  CHECK(found.credentials.id == "AK");
  CHECK(found.credentials.token == "t");
  CHECK(found.from == "the environment");
  machine.variables.erase("AWS_SECRET_ACCESS_KEY");
  CHECK(machine.failed().code == "E0620");
}

TEST_CASE("the keys of a profile, credentials before config, and a chosen profile before the environment") {
  Machine machine;
  machine.config("[profile dev]\naws_access_key_id=CONFIG\naws_secret_access_key=s\n");
  CHECK(machine.found("dev").credentials.id == "CONFIG");
  machine.files["/home/ann/.aws/credentials"] = "[dev]\naws_access_key_id=SHARED\naws_secret_access_key=s\n";
  CHECK(machine.found("dev").credentials.id == "SHARED");
  machine.variables.insert({{"AWS_ACCESS_KEY_ID", "ENV"}, {"AWS_SECRET_ACCESS_KEY", "s"}});
  CHECK(machine.found("dev").credentials.id == "ENV");
  CHECK(machine.found("dev", true).credentials.id == "SHARED");
}

TEST_CASE("a role is taken with another profile's keys") {
  Machine machine;
  machine.config(
      "[profile base]\naws_access_key_id=BASE\naws_secret_access_key=s\n"
      "[profile ops]\nrole_arn=arn:aws:iam::1:role/ops\nsource_profile=base\nexternal_id=x y\n");
  machine.sts_gives("AssumeRole");
  const auto found = machine.found("ops");
  CHECK(found.credentials.id == "ASIA");
  CHECK(found.credentials.expires == *parse_time("2026-11-28T16:00:00Z"));
  CHECK(found.from == "a role of profile ops");
  const auto& request = machine.http.seen.at(0);
  CHECK(request.base == "https://sts.eu-west-1.amazonaws.com");
  CHECK(request.header("authorization").find("Credential=BASE/") != std::string::npos);
  CHECK(request.request.body.find("ExternalId=x%20y") != std::string::npos);
}

TEST_CASE("roles in a row, and in a ring") {
  Machine machine;
  machine.config(
      "[profile base]\naws_access_key_id=BASE\naws_secret_access_key=s\n"
      "[profile hub]\nrole_arn=arn:aws:iam::1:role/hub\nsource_profile=base\n"
      "[profile ops]\nrole_arn=arn:aws:iam::2:role/ops\nsource_profile=hub\n"
      "[profile a]\nrole_arn=arn:aws:iam::1:role/a\nsource_profile=b\n"
      "[profile b]\nrole_arn=arn:aws:iam::1:role/b\nsource_profile=a\n");
  machine.sts_gives("AssumeRole");
  machine.sts_gives("AssumeRole");
  CHECK(machine.found("ops").credentials.id == "ASIA");
  REQUIRE(machine.http.seen.size() == 2);
  CHECK(machine.http.seen[0].request.body.find("role%2Fhub") != std::string::npos);
  CHECK(machine.failed("a").message.find("from each other") != std::string::npos);
}

TEST_CASE("a role that can't be taken says why") {
  Machine machine;
  machine.config(
      "[profile mfa]\nrole_arn=r\nmfa_serial=m\nsource_profile=mfa\n[profile none]\nrole_arn=r\n"
      "[profile gone]\nrole_arn=r\nsource_profile=nobody\n[profile odd]\nrole_arn=r\ncredential_source=Moon\n"
      "[profile no]\nrole_arn=r\ncredential_source=Environment\n");
  CHECK(machine.failed("mfa").help.find("--profile mfa") != std::string::npos);
  CHECK(machine.failed("none").message.find("nothing to take the role with") != std::string::npos);
  CHECK(machine.failed("gone").message.find("nobody") != std::string::npos);
  CHECK(machine.failed("odd").message.find("Moon") != std::string::npos);
  machine.variables.insert({{"AWS_ACCESS_KEY_ID", "ENV"}, {"AWS_SECRET_ACCESS_KEY", "s"}});
  const auto profiles = Profiles::read(machine.around);
  machine.http.answer(403,
                      "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: "
                      "sts:AssumeRole on r</Message></Error></ErrorResponse>");
  const auto refused = find_credentials(
      {.surroundings = machine.around, .profiles = profiles, .profile = "no", .region = "eu-west-1"}, true);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "E0622");
}

TEST_CASE("a web identity's token is exchanged without a signature") {
  Machine machine;
  machine.variables.insert(
      {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token"}, {"AWS_ROLE_ARN", "arn:aws:iam::1:role/pod"}});
  CHECK(machine.failed().message.find("/run/token") != std::string::npos);
  machine.files["/run/token"] = "ey.J\n";
  machine.sts_gives("AssumeRoleWithWebIdentity");
  CHECK(machine.found().credentials.token == "st");
  CHECK(machine.http.seen.at(0).header("authorization").empty());
  CHECK(machine.http.seen[0].request.body.find("WebIdentityToken=ey.J") != std::string::npos);
}

TEST_CASE("SSO by the token that a login left") {
  Machine machine;
  machine.config(
      "[sso-session corp]\nsso_start_url=https://corp.awsapps.com/start\nsso_region=eu-central-1\n"
      "[profile dev]\nsso_session=corp\nsso_account_id=111122223333\nsso_role_name=Admin\n");
  CHECK(machine.failed("dev").help == "aws sso login --profile dev");
  const auto real = testing::run({"sh", "-c", "printf corp | sha1sum | cut -d' ' -f1"}).output.substr(0, 40);
  const auto file = "/home/ann/.aws/sso/cache/" + real + ".json";
  machine.files[file] = R"({"accessToken":"at","expiresAt":"2026-11-28T14:00:00Z"})";
  CHECK(machine.failed("dev").message.find("has expired") != std::string::npos);
  machine.files[file] = R"({"accessToken":"at","expiresAt":"2026-11-28T20:00:00Z"})";
  machine.http.answer(200, R"({"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"s","sessionToken":"t",)"
                           R"("expiration":1795885200000}})");
  const auto found = machine.found("dev");
  CHECK(found.credentials.id == "SSO");
  CHECK(found.credentials.expires == *parse_time("2026-11-28T17:00:00Z"));
  CHECK(machine.http.seen.at(0).base == "https://portal.sso.eu-central-1.amazonaws.com");
  CHECK(machine.http.seen[0].request.path == "/federation/credentials?account_id=111122223333&role_name=Admin");
  machine.http.answer(401, "{}");
  CHECK(machine.failed("dev").help == "aws sso login --profile dev");
  machine.http.answer(403, "{}");
  CHECK(machine.failed("dev").message.find("Admin") != std::string::npos);
}

TEST_CASE("a program's credentials") {
  Machine machine;
  machine.config("[profile dev]\ncredential_process = /opt/get --for dev\n");
  CHECK(machine.failed("dev").help == "run it by hand: /opt/get --for dev");
  machine.programs["/opt/get --for dev"] = "secret things";
  const auto error = machine.failed("dev");
  CHECK(error.text().find("secret things") == std::string::npos);
  machine.programs["/opt/get --for dev"] = R"({"Version":1,"AccessKeyId":"PROC","SecretAccessKey":"s",)"
                                           R"("Expiration":"2026-11-28T16:00:00Z"})";
  CHECK(machine.found("dev").credentials.id == "PROC");
  machine.programs["/opt/get --for dev"] = R"({"Version":2})";
  CHECK(machine.failed("dev").message.find("Version") != std::string::npos);
}

TEST_CASE("a container's credentials, and whom its token is shown") {
  Machine machine;
  machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/x";
  const auto body = R"({"AccessKeyId":"TASK","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-28T16:00:00Z"})";
  machine.http.answer(200, body);
  CHECK(machine.found().credentials.id == "TASK");
  CHECK(machine.http.seen.at(0).base == "http://169.254.170.2");
  machine.variables.erase("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/var/token";
  machine.files["/var/token"] = "tok\n";
  machine.http.answer(200, body);
  CHECK(machine.found().from == "the container");
  CHECK(machine.http.seen.at(1).header("Authorization") == "tok");
  for (const auto* url : {"http://evil.example/x", "http://169.254.170.2.evil.example/x"}) {
    machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    CHECK(machine.failed().message.find("isn't asked") != std::string::npos);
  }
  CHECK(machine.http.seen.size() == 2);
}

TEST_CASE("an instance's role by the metadata service's second version") {
  Machine machine;
  machine.http.answer(200, "metatoken");
  machine.http.answer(200, "web-role\n");
  machine.http.answer(200, R"({"Code":"Success","AccessKeyId":"EC2","SecretAccessKey":"s","Token":"t"})");
  CHECK(machine.found().credentials.id == "EC2");
  REQUIRE(machine.http.seen.size() == 3);
  CHECK(machine.http.seen[0].request.method == "PUT");
  CHECK(machine.http.seen[2].request.path == "/latest/meta-data/iam/security-credentials/web-role");
  CHECK(machine.http.seen[2].header("X-aws-ec2-metadata-token") == "metatoken");
}

TEST_CASE("where there is nothing, what can be done is said") {
  Machine machine;
  const auto error = machine.failed();
  CHECK(error.code == "E0620");
  CHECK(error.help.find("aws sso login") != std::string::npos);
  machine.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  machine.http.seen.clear();
  CHECK(machine.failed().code == "E0620");
  CHECK(machine.http.seen.empty());
}

TEST_CASE("credentials are renewed five minutes before they end, and the old ones serve while they can't be") {
  Machine machine;
  machine.config("[default]\ncredential_process = get\nregion=eu-west-1\n");
  const auto gives = [&](const char* id, const char* end) {
    machine.programs["get"] =
        std::string(R"({"Version":1,"SecretAccessKey":"s","AccessKeyId":")") + id + R"(","Expiration":")" + end + "\"}";
  };
  gives("ONE", "2026-11-28T15:10:00Z");
  const auto settings = find_settings({}, machine.around);
  REQUIRE(settings);
  CHECK(settings->credentials(false)->id == "ONE");
  gives("TWO", "2026-11-28T17:00:00Z");
  CHECK(settings->credentials(false)->id == "ONE");
  machine.clock->time += std::chrono::minutes(6);
  CHECK(settings->credentials(false)->id == "TWO");
  machine.programs.clear();
  CHECK(settings->credentials(false)->id == "TWO");
  CHECK_FALSE(settings->credentials(true));
  machine.clock->time += std::chrono::hours(3);
  CHECK_FALSE(settings->credentials(false));
}

TEST_CASE("region, profile and endpoint: the stack, then the environment, then the profile") {
  Machine machine;
  CHECK(find_settings({}, machine.around).error().code == "E0627");
  machine.config(
      "[default]\nregion=eu-north-1\n[profile dev]\nregion=eu-west-3\nendpoint_url=http://all\nservices=x\n"
      "[services x]\nelastic_load_balancing_v2 =\n  endpoint_url = http://elb\n");
  CHECK(find_settings({}, machine.around)->region == "eu-north-1");
  machine.variables["AWS_PROFILE"] = "dev";
  const auto dev = find_settings({}, machine.around);
  REQUIRE(dev);
  CHECK(dev->region == "eu-west-3");
  CHECK(endpoint_of(*find_service("ecs"), "eu-west-3", dev->endpoints).base == "http://all");
  CHECK(endpoint_of(*find_service("elasticloadbalancing"), "eu-west-3", dev->endpoints).base == "http://elb");
  machine.variables["AWS_REGION"] = "us-east-2";
  machine.variables["AWS_ENDPOINT_URL_ECS"] = "http://ecs";
  const auto named = find_settings({}, machine.around);
  CHECK(named->region == "us-east-2");
  CHECK(endpoint_of(*find_service("ecs"), "us-east-2", named->endpoints).base == "http://ecs");
  const auto chosen = find_settings({.region = "ap-south-1", .profile = {}, .endpoint = "http://mine"}, machine.around);
  CHECK(chosen->region == "ap-south-1");
  CHECK(endpoint_of(*find_service("ecs"), "ap-south-1", chosen->endpoints).base == "http://mine");
  CHECK(find_settings({.region = {}, .profile = "nobody", .endpoint = {}}, machine.around).error().code == "E0620");
}
