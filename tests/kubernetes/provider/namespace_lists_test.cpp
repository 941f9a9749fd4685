// What `infra import kubernetes --live` reads: from a server that a table plays.
#include <catch2/catch.hpp>

#include "providers/kubernetes/objects/namespace_lists.h"

using namespace infra;
using namespace infra::kubernetes;

namespace {

// Path without its query → what is answered; all else is 404. Whether only metadata was asked for is noted.
struct Played {
  std::map<std::string, std::string> answers;
  std::map<std::string, long> refused = {};
  std::vector<std::string> metadata_only = {};

  Cluster cluster() {
    Access access{.where = "the context `prod` of a file",
                  .target = {.base = "https://api.test"},
                  .credentials = [](bool) -> Result<Credential> { return Credential{}; },
                  .context = "prod"};
    return Cluster(std::move(access), {},
                   [this](const http::Target&, const http::Request& request) { return answer(request); });
  }
  std::variant<http::Response, http::Failure> answer(const http::Request& request) {
    const auto path = request.path.substr(0, request.path.find('?'));
    for (const auto& header : request.headers) {
      if (header.find("PartialObjectMetadataList") != std::string::npos) metadata_only.push_back(path);
    }
    if (const auto at = refused.find(path); at != refused.end()) {
      return http::Response{.status = static_cast<int>(at->second),
                            .body = R"({"kind":"Status","message":"User cannot list"})"};
    }
    const auto at = answers.find(path);
    if (at == answers.end()) return http::Response{.status = 200, .body = R"({"items":[]})"};
    return http::Response{.status = 200, .body = at->second};
  }
};

std::map<std::string, std::string> a_server() {
  return {
      {"/version", R"({"gitVersion":"v1.29.0"})"},
      {"/apis", R"({"groups":[
        {"name":"apps","versions":[{"groupVersion":"apps/v1"}],"preferredVersion":{"groupVersion":"apps/v1"}},
        {"name":"example.com","versions":[{"groupVersion":"example.com/v2"}],"preferredVersion":{"groupVersion":"example.com/v2"}}]})"},
      {"/api/v1", R"({"resources":[
        {"name":"secrets","kind":"Secret","namespaced":true,"verbs":["list"]},
        {"name":"events","kind":"Event","namespaced":true,"verbs":["list"]},
        {"name":"serviceaccounts","kind":"ServiceAccount","namespaced":true,"verbs":["list"]}]})"},
      {"/apis/apps/v1",
       R"({"resources":[{"name":"deployments","kind":"Deployment","namespaced":true,"verbs":["list"]}]})"},
      {"/apis/example.com/v2",
       R"({"resources":[{"name":"widgets","kind":"Widget","namespaced":true,"verbs":["list"]}]})"},
      {"/apis/apps/v1/namespaces/shop/deployments",
       R"({"items":[{"metadata":{"name":"api","namespace":"shop","managedFields":[]},
        "spec":{"replicas":2},"status":{"replicas":2}}]})"},
      {"/api/v1/namespaces/shop/secrets", R"({"items":[
        {"metadata":{"name":"db","namespace":"shop",
          "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"word\":\"cGxhbnRlZA==\"}}"},
          "managedFields":[{"manager":"kubectl","fieldsV1":{"f:data":{".":{},"f:word":{}},"f:type":{}}}]}},
        {"metadata":{"name":"old","namespace":"shop"}},
        {"metadata":{"name":"token","namespace":"shop","annotations":{"kubernetes.io/service-account.name":"robot"},
          "managedFields":[{"fieldsV1":{"f:data":{"f:token":{}}}}]}}]})"},
      {"/api/v1/namespaces/shop/serviceaccounts", R"({"items":[{"metadata":{"name":"default","namespace":"shop"}}]})"},
      {"/apis/example.com/v2/namespaces/shop/widgets",
       R"({"items":[{"metadata":{"name":"w","namespace":"shop"},"spec":{"a":1}}]})"},
  };
}

Json all_of(const NamespaceLists& read) {
  auto out = Json::array();
  for (const auto& text : read.lists) {
    const auto list = parse(text);
    REQUIRE(list);
    for (const auto& one : (*list)["items"]) out.push_back(one);
  }
  return out;
}

}  // namespace

TEST_CASE("of what runs the whole is read, of all else the name, and of a Secret its keys") {
  Played server{.answers = a_server()};
  auto cluster = server.cluster();
  const auto read = list_namespaces(cluster, {"shop"});
  INFO((read ? "" : read.error().text()));
  REQUIRE(read);
  CHECK(read->where == "the namespace shop of the context prod");
  CHECK(read->name == "shop");
  CHECK(read->unread.empty());
  CHECK(all_of(*read) == *parse(R"([
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api","namespace":"shop"},"spec":{"replicas":2}},
    {"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","namespace":"shop"},"data":{"word":""}},
    {"apiVersion":"example.com/v2","kind":"Widget","metadata":{"name":"w","namespace":"shop"}}])"));
  const auto& lean = server.metadata_only;
  CHECK(std::find(lean.begin(), lean.end(), "/api/v1/namespaces/shop/secrets") != lean.end());
  CHECK(std::find(lean.begin(), lean.end(), "/apis/apps/v1/namespaces/shop/deployments") == lean.end());
}

TEST_CASE("what may not be listed is said at once, or left out if nothing needs it") {
  Played server{.answers = a_server()};
  auto cluster = server.cluster();
  SECTION("what runs") {
    server.refused = {{"/apis/apps/v1/namespaces/shop/deployments", 403},
                      {"/apis/apps/v1/namespaces/shop/daemonsets", 403},
                      {"/api/v1/namespaces/shop/services", 403}};
    const auto read = list_namespaces(cluster, {"shop"});
    REQUIRE_FALSE(read);
    CHECK(read.error().code == "E0633");
    CHECK(read.error().message ==
          "the context `prod` of a file may not list services, daemonsets, deployments in the namespace shop");
    CHECK(read.error().help ==
          "its Role lacks: - {apiGroups: [\"\"], resources: [\"services\"], verbs: [\"list\"]} "
          "- {apiGroups: [\"apps\"], resources: [\"daemonsets\", \"deployments\"], verbs: [\"list\"]}");
  }
  SECTION("secrets, and what a stack has no part of") {
    server.refused = {{"/api/v1/namespaces/shop/secrets", 403}, {"/apis/example.com/v2/namespaces/shop/widgets", 404}};
    const auto read = list_namespaces(cluster, {"shop"});
    REQUIRE(read);
    CHECK(read->unread == std::vector<std::string>{"secrets", "widgets"});
  }
}

TEST_CASE("where nothing runs the namespaces are named") {
  Played server{.answers = a_server()};
  server.answers["/api/v1/namespaces"] =
      R"({"items":[{"metadata":{"name":"shop"}},{"metadata":{"name":"kube-system"}}]})";
  auto cluster = server.cluster();
  const auto read = list_namespaces(cluster, {"shpo"});
  REQUIRE_FALSE(read);
  CHECK(read.error().code == "E0910");
  CHECK(read.error().message == "there is no namespace shpo in the context prod");
  CHECK(read.error().help == "its namespaces are shop; choose one with --namespace, or another cluster with --context");
}
