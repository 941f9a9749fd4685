#include <catch2/catch.hpp>

#include "tests/engine/hand_made_stack.h"

namespace infra::testing {

namespace {

Map web(std::initializer_list<Entry> more = {}) {
  Map out =
      record({{"image", "web:1"}, {"port", record({{"http", record({{"container", 8080}, {"protocol", "tcp"}})}})}});
  for (const auto& [name, value] : more) out.set(name, value);
  return out;
}

Map port(int inside, Value host) {
  return record({{"container", inside}, {"host", std::move(host)}, {"protocol", "tcp"}});
}

Map service(std::initializer_list<Entry> more = {}) {
  Map out = record({{"cluster", to("cluster.core")}, {"task", to("task.api")}, {"desired", 1}});
  for (const auto& [name, value] : more) out.set(name, value);
  return out;
}

}  // namespace

TEST_CASE("a subnet is one network on each node, and its cidr can only be replaced by removing it first") {
  HandMade stack({"a", "b"});
  add_network(stack);
  CHECK(stack.lowered() == R"(subnet.main.edge/a = network, destroy_first
  cidr: 10.20.0.0/24
  name: "shop-main-edge"
  node: "a"
subnet.main.edge/b = network, destroy_first
  cidr: 10.20.0.0/24
  name: "shop-main-edge"
  node: "b"
subnet.main.inner["a"]/a = network, destroy_first
  cidr: 10.20.1.0/24
  name: "shop-main-inner-a"
  node: "a"
subnet.main.inner["a"]/b = network, destroy_first
  cidr: 10.20.1.0/24
  name: "shop-main-inner-a"
  node: "b"
)");
}

TEST_CASE("a service of a cluster with a vpc joins its first private subnet by the network's id") {
  HandMade stack;
  add_network(stack);
  stack.add("task.api",
            record({{"memory", Bytes{512 << 20}},
                    {"cpu", Cpu::of_units(256)},
                    {"container", record({{"web", web({{"env", record({{"N", 3}, {"GONE", Null{}}, {"ON", true}})},
                                                       {"secrets", record({{"KEY", Value::secret("s3cret")}})},
                                                       {"labels", record({{"tier", "front"}})}})}})}}));
  stack.add("service.api", service({{"desired", 2}, {"labels", record({{"team", "x"}, {"tier", "none"}})}}));
  const auto text = stack.lowered();
  check_golden("service_in_a_vpc", text);
}

TEST_CASE("in bridge mode ports are published, and urls name the node and the host's port") {
  HandMade stack({"a", "b"});
  stack.set_endpoint("b", "tcp://10.0.0.5:2376");
  stack.add("cluster.core", {});
  stack.add("task.api",
            record({{"container", record({{"web", web({{"port", record({{"admin", port(9090, "dynamic")},
                                                                        {"http", port(8080, 80)}})}})}})}}));
  stack.add("service.api", service({{"desired", 2}}));
  const auto text = stack.lowered();
  CHECK(
      text.find(
          R"(ports: [{ container: 9090, host: 0, name: "admin", protocol: "tcp" }, { container: 8080, host: 80, name: "http", protocol: "tcp" }])") !=
      std::string::npos);
  check_golden("bridge_ports", text);
}

TEST_CASE("a group's containers share the network of the first essential one, and wait as `after` says") {
  HandMade stack;
  add_network(stack);
  stack.add(
      "task.api",
      record({{"container", record({{"app", web({{"after", record({{"proxy", "started"}, {"setup", "succeeded"}})}})},
                                    {"proxy", record({{"image", "proxy:2"}})},
                                    {"setup", record({{"image", "setup:1"}, {"essential", false}})}})}}));
  stack.add("service.api", service());
  const auto text = stack.lowered();
  check_golden("group", text);
}

TEST_CASE("an image is built on the first node, pushed to its repository, and run by its digest") {
  HandMade stack({"a", "b"}, {{"web/Dockerfile", "FROM scratch\n"}, {"web/app", "1"}});
  stack.add("registry.images",
            record({{"endpoint", "registry.example.org"}, {"username", "ci"}, {"password", Value::secret("pw")}}));
  stack.add("repository.images.web", record({{"registry", to("registry.images")}, {"immutable", true}}));
  stack.add(
      "image.web",
      record(
          {{"context", "./web"}, {"to", to("repository.images.web")}, {"tag", "1.4"}, {"args", record({{"N", 1}})}}));
  stack.add("cluster.core", {})
      .add("task.api",
           record({{"network", "none"}, {"container", record({{"web", record({{"image", to("image.web")}})}})}}));
  stack.add("service.api", service({{"desired", 2}}));
  auto text = stack.lowered();
  const auto hash = text.find("context_hash: \"") + 15;
  text.replace(hash, 64, "HASH");
  check_golden("image_by_digest", text);
}

TEST_CASE("a managed registry is a container on loopback, and what is pulled from it runs on its node") {
  HandMade stack({"a", "b"}, {{"web/Dockerfile", "FROM scratch\n"}});
  stack.add("registry.images", record({{"port", 5001}, {"image", "registry:2"}}));
  stack.add("repository.images.web", record({{"registry", to("registry.images")}}));
  stack.add("image.web", record({{"context", "web"}, {"to", to("repository.images.web")}}));
  stack.add("cluster.core", {})
      .add("task.api", record({{"container", record({{"web", record({{"image", to("image.web")}})}})}}));
  stack.add("service.api", service({{"desired", 2}}));
  const auto text = stack.lowered();
  CHECK(text.substr(0, text.find("image.web/image =")) == R"(registry.images/container = container, destroy_first
  env: { REGISTRY_STORAGE_DELETE_ENABLED: "true", REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: "/var/lib/registry" }
  image: "registry:2"
  labels: {}
  mounts: [{ kind: "named", path: "/var/lib/registry", source: "shop-images" }]
  name: "shop-images"
  network: { mode: "bridge" }
  node: "a"
  ports: [{ container: 5000, host: 5001, ip: "127.0.0.1", name: "registry", protocol: "tcp" }]
  restart: "unless-stopped"
registry.images -> "localhost:5001"
registry.images.endpoint -> "localhost:5001"
repository.images.web/repository = repository, by_platform
  endpoint: "localhost:5001"
  immutable: false
  insecure: true
  name: "shop/web"
  needs registry.images/container
repository.images.web -> "localhost:5001/shop/web"
repository.images.web.url -> "localhost:5001/shop/web"
)");
  CHECK(text.find("node: \"b\"") == std::string::npos);
}

}  // namespace infra::testing
