// What an engine and a registry say, canned: enough for every call of the provider `nodes`. Then each of their answers
// is spoilt.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "base/hash.h"
#include "base/text/units.h"
#include "base/values/codec.h"
#include "providers/nodes/nodes.h"
#include "tests/contract/suite/garbage.h"

namespace infra::test {
namespace {

const Ownership kOwner{.stack = "shop", .lineage = "l1"};
const std::string kContainer(64, 'c');
const std::string kNetwork(64, 'd');
const std::string kImage = "sha256:" + std::string(64, 'e');

std::string labels(const std::string& address, const char* type) {
  return fmt::format(
      R"({{"infra.stack":"shop","infra.lineage":"l1","infra.address":"{}","infra.token":"t","infra.spec":"s","infra.type":"{}"}})",
      address, type);
}

HttpAnswer json(std::string body, int status = 200) {
  return {.status = status, .headers = {"Content-Type: application/json"}, .body = std::move(body)};
}

HttpAnswer none(const char* words) { return json(fmt::format(R"({{"message":"{}"}})", words), 404); }

std::string digest_of(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return "sha256:" + hash.hex();
}

struct Canned {
  std::string config = R"({"config":{"Labels":{"infra.lineage":"l1"}}})";
  std::string manifest = fmt::format(R"({{"schemaVersion":2,"config":{{"digest":"{}"}}}})", digest_of(config));

  [[nodiscard]] HttpAnswer engine(const HttpAsked& asked) const;
  [[nodiscard]] HttpAnswer registry(const HttpAsked& asked) const;
  [[nodiscard]] HttpAnswer operator()(const HttpAsked& asked) const {
    return asked.path.starts_with("/v2/") ? registry(asked) : engine(asked);
  }
};

HttpAnswer Canned::registry(const HttpAsked& asked) const {
  if (asked.path == "/v2/") return json("{}");
  if (asked.method == "DELETE") return {.status = 202};
  if (asked.path.ends_with("/tags/list")) return json(R"({"name":"web","tags":["1"]})");
  if (asked.path.find("/blobs/") != std::string::npos)
    return {.headers = {"Content-Type: application/octet-stream"}, .body = config};
  if (asked.path.ends_with("/absent")) return json(R"({"errors":[{"code":"MANIFEST_UNKNOWN"}]})", 404);
  return {.headers = {"Content-Type: application/vnd.oci.image.manifest.v1+json",
                      "Docker-Content-Digest: " + digest_of(manifest)},
          .body = manifest};
}

bool has(const std::string& path, std::string_view part) { return path.find(part) != std::string::npos; }

std::string listed_containers() {
  return fmt::format(
      R"([{{"Id":"{}","Names":["/web"],"State":"exited","Status":"Exited (0) 2 minutes ago","Labels":{},"Ports":[{{"PrivatePort":80,"Type":"tcp"}}],"HostConfig":{{"NetworkMode":"bridge"}},"NetworkSettings":{{"Networks":{{"bridge":{{"IPAddress":"10.0.0.2"}}}}}}}}])",
      kContainer, labels("service.web/0", "container"));
}

std::string container() {
  return fmt::format(
      R"({{"Id":"{}","Image":"{}","State":{{"Running":false,"ExitCode":0,"Status":"exited"}},"Config":{{"Image":"web:1","Env":["A=1"],"Labels":{}}},"HostConfig":{{"NetworkMode":"bridge"}},"NetworkSettings":{{"Networks":{{}}}}}})",
      kContainer, kImage, labels("service.web/0", "container"));
}

std::string network() {
  return fmt::format(
      R"({{"Id":"{}","Name":"net","Labels":{},"IPAM":{{"Config":[{{"Subnet":"10.0.0.0/24"}}]}},"Containers":{{}}}})",
      kNetwork, labels("subnet.a/a", "network"));
}

std::string listed_images() {
  return fmt::format(R"([{{"Id":"{}","RepoDigests":null,"Labels":{}}}])", kImage, labels("image.web/a", "image"));
}

std::string image() { return fmt::format(R"({{"Id":"{}","RepoDigests":[],"Config":{{"Env":["A=2"]}}}})", kImage); }

HttpAnswer Canned::engine(const HttpAsked& asked) const {
  const auto& path = asked.path;
  if (path == "/_ping") return {.headers = {"Api-Version: 1.43", "Content-Type: text/plain"}, .body = "OK"};
  if (asked.method == "DELETE") return has(path, "/images/") ? json(R"([{"Deleted":"x"}])") : HttpAnswer{.status = 204};
  if (has(path, "/create"))
    return json(fmt::format(R"({{"Id":"{}"}})", has(path, "/networks") ? kNetwork : kContainer), 201);
  if (asked.method == "POST") return {.status = 204};
  if (path.ends_with("/info")) return json(R"({"ContainersRunning":1,"LoggingDriver":"json-file"})");
  if (has(path, "/volumes")) return json(R"({"Volumes":[{"Name":"data"}]})");
  if (has(path, "/containers/json")) return json(listed_containers());
  if (has(path, "/containers/")) return json(container());
  if (has(path, "/networks?")) return json("[" + network() + "]");
  if (has(path, "/networks/")) return json(network());
  if (has(path, "/images/json")) return json(listed_images());
  if (has(path, "/images/far")) return none("No such image");
  return json(image());
}

Map record(std::initializer_list<Entry> entries) { return Map(std::vector<Entry>(entries)); }

// The objects of the canned world, as a state would know them.
class Stack {
 public:
  explicit Stack(std::string host) : host_(std::move(host)) {
    const Map container = record({{"node", "a"},
                                  {"name", "web"},
                                  {"image", kImage},
                                  {"until", "completed"},  // nothing has to be waited for
                                  {"stop_timeout", Duration{0}},
                                  {"network", record({{"mode", "bridge"}})}});
    add("service.web/0", "container", kContainer, container);
    add("subnet.a/a", "network", kNetwork,
        record({{"node", "a"}, {"name", "net"}, {"cidr", *parse_cidr("10.0.0.0/24")}}));
    add("image.web/a", "image", kImage,
        record({{"node", "a"}, {"repository", host_ + "/web"}, {"tag", "1"}, {"insecure", true}}));
    add("repository.web", "repository", host_ + "/web",
        record({{"endpoint", host_}, {"name", "web"}, {"insecure", true}}));
    for (std::size_t i = 0; i < all_.size(); ++i)
      known_.push_back({all_[i].address, all_[i].type, all_[i].id, recorded_[i]});
  }

  [[nodiscard]] std::unique_ptr<Provider> connect() const {
    PlatformDecl platform{.name = "here",
                          .kind = "nodes",
                          .config = record({{"node", record({{"a", record({{"endpoint", "tcp://" + host_}})}})}})};
    auto provider = nodes_platform()->connect({.owner = kOwner, .platform = std::move(platform), .sources = nullptr});
    REQUIRE(provider);
    return *std::move(provider);
  }

  [[nodiscard]] std::vector<ProviderCall> calls() const {
    std::vector<ProviderCall> out = {observing(known_), reading("container", "web"), reading("network", "net"),
                                     reading("image", "near:1"),
                                     reading("image", host_ + "/far:1", record({{"insecure", true}}))};
    for (std::size_t i = 0; i < all_.size(); ++i) {
      out.push_back(destroying(all_[i]));
      if (all_[i].type != "image") out.push_back(creating(request(all_[i])));
    }
    return out;
  }

 private:
  void add(const char* address, const char* type, std::string id, Map inputs) {
    all_.push_back({.address = Address::parse(address).value(),
                    .type = type,
                    .id = std::move(id),
                    .inputs = Value(std::move(inputs)),
                    .outputs = record({{"ref", host_ + "/web@" + digest_of(Canned().manifest)}})});
    recorded_.push_back(to_json(all_.back().inputs, kOwner.lineage));
  }
  [[nodiscard]] static CreateRequest request(const ExistingObject& object) {
    return {.address = object.address, .type = object.type, .inputs = object.inputs, .spec_hash = "s", .token = "t"};
  }

  std::string host_;
  std::vector<ExistingObject> all_;
  std::vector<std::string> recorded_;
  std::vector<KnownObject> known_;
};

}  // namespace

TEST_CASE("what an engine or a registry can't have said is never believed") {
  GarblingServer server{Canned()};
  const Stack stack(server.address());
  const auto connect = [&] { return stack.connect(); };
  CHECK(check_garbage(server, attempts(connect, stack.calls())) > 300);
}

TEST_CASE("two hundred answers that are spoilt at random are never believed") {
  GarblingServer server{Canned()};
  const Stack stack(server.address());
  const auto connect = [&] { return stack.connect(); };
  sweep_garbage(server, attempts(connect, stack.calls()), 200);
}

}  // namespace infra::test
