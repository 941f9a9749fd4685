#include <catch2/catch.hpp>
#include <map>

#include "base/net/base64.h"
#include "providers/kubernetes/access/continue_token.h"
#include "providers/kubernetes/access/kube_client.h"
#include "providers/kubernetes/access/kubeconfig.h"

using namespace infra;
using namespace infra::kubernetes;

namespace {

struct Machine {
  std::map<std::string, std::string> variables, files;
  std::vector<std::string> outputs = {};  // of the plugin, one a run; the last stays
  int runs = 0;
  std::vector<std::string> words;
  Time now{};

  Surroundings here() {
    return {.variable = [this](const std::string& name) -> std::optional<std::string> {
              const auto at = variables.find(name);
              return at != variables.end() ? std::optional(at->second) : std::nullopt;
            },
            .file = [this](const std::string& path) -> std::optional<std::string> {
              const auto at = files.find(path);
              return at != files.end() ? std::optional(at->second) : std::nullopt;
            },
            .run = [this](const std::vector<std::string>& command, const auto&) -> Result<std::string> {
              words = command;
              if (outputs.empty()) return Error{.code = "E0632", .message = "ended with code 1"};
              return outputs[std::min<std::size_t>(static_cast<std::size_t>(runs++), outputs.size() - 1)];
            },
            .now = [this] { return now; }};
  }
};

const std::string kFile = R"(
apiVersion: v1
kind: Config
current-context: a
clusters:
- {name: one, cluster: {server: "https://10.0.0.1:6443/", certificate-authority: ca.pem}}
- {name: two, cluster: {server: "https://10.0.0.2:6443", tls-server-name: api.test}}
- {name: blind, cluster: {server: "https://10.0.0.3", insecure-skip-tls-verify: true}}
users:
- {name: cert, user: {client-certificate-data: Q0VSVA==, client-key: keys/k.pem}}
- {name: file, user: {tokenFile: token, as: boss, as-groups: [g]}}
- {name: old, user: {auth-provider: {name: gcp}}}
- {name: plugin, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: get-token, args: [x], installHint: install it}}}
contexts:
- {name: a, context: {cluster: one, user: cert}}
- {name: b, context: {cluster: two, user: file}}
- {name: c, context: {cluster: one, user: old}}
- {name: d, context: {cluster: one, user: plugin}}
- {name: e, context: {cluster: blind, user: cert}}
- {name: f, context: {cluster: nowhere, user: cert}}
)";

Machine machine() {
  return {.variables = {{"HOME", "/home/u"}, {"KUBECONFIG", "/none:/k/config"}},
          .files = {{"/k/config", kFile}, {"/k/ca.pem", "CA"}, {"/k/keys/k.pem", "KEY"}, {"/k/token", "t1\n"}}};
}

std::string refused(Machine& m, const AccessWish& wish) {
  const auto access = find_access(wish, m.here());
  REQUIRE_FALSE(access);
  CHECK(access.error().code == "E0630");
  return access.error().text();
}

}  // namespace

TEST_CASE("a kubeconfig is read as kubectl does") {
  auto m = machine();
  const auto a = find_access({}, m.here());
  REQUIRE(a);
  CHECK(a->where == "the context `a` of /k/config");
  CHECK(a->target.base == "https://10.0.0.1:6443");
  CHECK(a->target.ca_pem == "CA");
  const auto credential = a->credentials(false);
  REQUIRE(credential);
  CHECK(credential->cert_pem == "CERT");
  CHECK(credential->key_pem == "KEY");

  const auto b = find_access({.context = "b"}, m.here());
  REQUIRE(b);
  CHECK(b->target.base == "https://api.test:6443");
  CHECK(b->target.connect_to == "10.0.0.2:6443");
  CHECK(b->as_user == "boss");
  CHECK(b->credentials(false)->token == "t1");
  m.files["/k/token"] = "t2";  // whoever writes it renews it
  CHECK(b->credentials(false)->token == "t2");
}

TEST_CASE("of several kubeconfigs the first that names a thing wins") {
  auto m = machine();
  m.variables["KUBECONFIG"] = "/first:/k/config";
  m.files["/first"] = "clusters: [{name: one, cluster: {server: 'https://other:1'}}]\ncurrent-context: a\n";
  const auto access = find_access({}, m.here());
  REQUIRE(access);
  CHECK(access->target.base == "https://other:1");
}

TEST_CASE("a kubeconfig that can't be used is refused with the reason") {
  auto m = machine();
  CHECK(refused(m, {.kubeconfig = "/none"}).find("can't be read") != std::string::npos);
  CHECK(refused(m, {.context = "z"}).find("there are: a, b, c, d, e, f") != std::string::npos);
  CHECK(refused(m, {.context = "c"}).find("auth-provider") != std::string::npos);
  CHECK(refused(m, {.context = "e"}).find("insecure-skip-tls-verify") != std::string::npos);
  CHECK(refused(m, {.context = "f"}).find("no cluster `nowhere`") != std::string::npos);
  m.files.erase("/k/ca.pem");
  CHECK(refused(m, {}).find("/k/ca.pem") != std::string::npos);
  m.files["/k/config"] = "{ not yaml";
  CHECK(refused(m, {}).find("is no YAML") != std::string::npos);
  m.variables = {{"HOME", "/home/u"}};
  CHECK(refused(m, {}).find("there is no kubeconfig") != std::string::npos);
}

TEST_CASE("in a pod its service account is used") {
  Machine m{.variables = {{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}},
            .files = {{"/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", "CA"},
                      {"/var/run/secrets/kubernetes.io/serviceaccount/token", "t"}}};
  const auto access = find_access({}, m.here());
  REQUIRE(access);
  CHECK(access->target.base == "https://10.96.0.1:443");
  CHECK(access->credentials(false)->token == "t");
}

TEST_CASE("a plugin's credential is kept until it expires or isn't taken") {
  auto m = machine();
  const auto printed = [](const std::string& token, const std::string& until) {
    return R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":")" + token +
           R"(","expirationTimestamp":")" + until + "\"}}";
  };
  m.outputs = {printed("t1", "1970-01-01T01:00:00Z"), printed("t2", "1970-01-01T03:00:00Z")};
  const auto access = find_access({.context = "d"}, m.here());
  REQUIRE(access);
  CHECK(m.runs == 0);
  CHECK(access->credentials(false)->token == "t1");
  CHECK(m.words == std::vector<std::string>{"get-token", "x"});
  CHECK(access->credentials(false)->token == "t1");
  CHECK(m.runs == 1);
  m.now = Time(std::chrono::hours(2));
  CHECK(access->credentials(false)->token == "t2");
  CHECK(access->credentials(true)->token == "t2");
  CHECK(m.runs == 3);
  m.outputs = {"hello"};
  CHECK(access->credentials(true).error().code == "E0632");
  m.outputs = {};
  const auto failed = access->credentials(true);
  CHECK(failed.error().message == "`get-token`, by which the context `d` of /k/config signs in, ended with code 1");
  CHECK(failed.error().help == "install it");
}

namespace {

struct Script {
  std::vector<std::variant<http::Response, http::Failure>> answers;
  std::vector<http::Request> asked = {};
  std::size_t at = 0;
};

http::Response answer(long status, const std::string& body = "{}") { return {.status = status, .body = body}; }

Client scripted(Script& script, int* renewals = nullptr) {
  Access access{.where = "the test"};
  access.target.base = "https://api";
  access.credentials = [renewals](bool renew) -> Result<Credential> {
    if (renew && renewals != nullptr) ++*renewals;
    return Credential{.token = renew ? "new" : "old"};
  };
  return Client(
      std::move(access),
      [&script](const http::Target&, const http::Request& request) {
        script.asked.push_back(request);
        return script.answers[std::min(script.at++, script.answers.size() - 1)];
      },
      [](std::chrono::milliseconds, const Cancel*) { return true; });
}

}  // namespace

TEST_CASE("a server that is away or busy is asked again, and a credential renewed once") {
  SECTION("one that never answered: not for long") {
    Script script{{http::Failure{.kind = http::Failure::refused, .reason = "connection refused"}}};
    auto client = scripted(script);
    const auto reply = client.ask({.path = "/version"});
    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == "E0631");
    CHECK(script.asked.size() == 2);
  }
  SECTION("one that did may be restarting") {
    Script script{{answer(200), http::Failure{.kind = http::Failure::refused},
                   http::Failure{.kind = http::Failure::refused}, http::Failure{.kind = http::Failure::refused},
                   answer(200)}};
    auto client = scripted(script);
    CHECK(client.ask({.path = "/version"}));
    CHECK(client.ask({.path = "/version"}));
  }
  SECTION("429") {
    Script script{{answer(429), answer(503), answer(200)}};
    auto client = scripted(script);
    CHECK(client.ask({.path = "/version"})->status == 200);
  }
  SECTION("401") {
    int renewals = 0;
    Script script{{answer(401), answer(200)}};
    auto client = scripted(script, &renewals);
    CHECK(client.ask({.path = "/version"})->status == 200);
    CHECK(renewals == 1);
    Script never{{answer(401)}};
    auto stranger = scripted(never, &renewals);
    CHECK(stranger.ask({.path = "/version"}).error().code == "E0632");
    CHECK(never.asked.size() == 2);
  }
  SECTION("what isn't JSON is no answer") {
    Script script{{answer(200, "<html>")}};
    auto client = scripted(script);
    CHECK(client.ask({.path = "/version"}).error().code == "E0615");
  }
  SECTION("a wrong authority") {
    Script script{{http::Failure{.kind = http::Failure::tls, .reason = "unable to get local issuer certificate"}}};
    auto client = scripted(script);
    const auto reply = client.ask({.path = "/version"});
    REQUIRE_FALSE(reply);
    CHECK(reply.error().help.find("certificate-authority") != std::string::npos);
  }
}

TEST_CASE("where a list goes on is known before its items are read") {
  CHECK(continue_token(R"({"kind":"PodList","metadata":{"resourceVersion":"7","continue":"c1"},"items":[{"a":)") ==
        "c1");
  CHECK(continue_token(R"({"metadata":{"continue":""},"items":[]})").empty());
  CHECK(continue_token(R"({"items":[{"metadata":{"continue":"no"}}],"metadata":{"continue":"c1"}})").empty());
  CHECK(
      continue_token(R"({"spec":{"continue":"no"},"continue":"no","metadata":{"labels":{"continue":"no"}}})").empty());
  CHECK(continue_token("<html>").empty());
}

TEST_CASE("a list whose metadata stand behind its items is read to its end") {
  Script script{{answer(200, R"({"items":[{"n":1}],"metadata":{"continue":"c1"}})"),
                 answer(200, R"({"items":[{"n":2}],"metadata":{}})")}};
  auto client = scripted(script);
  std::vector<Json> all;
  REQUIRE(client.list({.path = "/api/v1/pods"}, all));
  CHECK(all.size() == 2);
}

TEST_CASE("a list comes in pages, and begins again when the server has forgotten where it was") {
  Script script{{answer(200, R"({"metadata":{"continue":"c1"},"items":[{"n":1}]})"), answer(410),
                 answer(200, R"({"metadata":{"continue":"c2"},"items":[{"n":1}]})"),
                 answer(200, R"({"metadata":{},"items":[{"n":2}]})")}};
  auto client = scripted(script);
  std::vector<Json> all;
  const auto refused = client.list({.path = "/api/v1/pods", .selector = "a=b"}, all);
  REQUIRE(refused);
  CHECK_FALSE(*refused);
  CHECK(all.size() == 2);
  CHECK(script.asked[0].path == "/api/v1/pods?limit=500&labelSelector=a%3Db");
  CHECK(script.asked[3].path == "/api/v1/pods?limit=2000&labelSelector=a%3Db&continue=c2");
}
