#include <catch2/catch.hpp>

#include "tests/engine/stack.h"

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
  CHECK(text.substr(text.find("service.api/0")) == R"(service.api/0 = container, create_first, in turn
  cpu: 0.25vcpu
  env: { KEY: ***, N: "3", ON: "true" }
  image: "web:1"
  labels: { team: "x", tier: "front" }
  memory: 512MiB
  name: "shop-api-0"
  network: { aliases: ["api"], mode: "network", network: <subnet.main.inner["a"]/a id> }
  node: "a"
  needs subnet.main.inner["a"]/a
service.api/1 = container, create_first, in turn
  cpu: 0.25vcpu
  env: { KEY: ***, N: "3", ON: "true" }
  image: "web:1"
  labels: { team: "x", tier: "front" }
  memory: 512MiB
  name: "shop-api-1"
  network: { aliases: ["api"], mode: "network", network: <subnet.main.inner["a"]/a id> }
  node: "a"
  needs subnet.main.inner["a"]/a
service.api.address -> <service.api/0 address>
service.api.urls -> [interpolate("http://", <service.api/0 address>, ":", 8080), interpolate("http://", <service.api/1 address>, ":", 8080)]
)");
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
  CHECK(text.find("service.api/0 = container, destroy_first, in turn\n") != std::string::npos);
  CHECK(
      text.find(
          R"(ports: [{ container: 9090, host: 0, name: "admin", protocol: "tcp" }, { container: 8080, host: 80, name: "http", protocol: "tcp" }])") !=
      std::string::npos);
  CHECK(text.substr(text.find("service.api.address")) == R"(service.api.address -> "127.0.0.1"
service.api.urls -> [interpolate("http://", "127.0.0.1", ":", get(<service.api/0 ports>, "admin")), "http://127.0.0.1:80", interpolate("http://", "10.0.0.5", ":", get(<service.api/1 ports>, "admin")), "http://10.0.0.5:80"]
)");
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
  CHECK(text.substr(text.find("service.api/0/app")) == R"(service.api/0/app = container, create_first, in turn
  env: {}
  image: "web:1"
  labels: {}
  name: "shop-api-0-app"
  network: { container: <service.api/0/proxy id>, mode: "container" }
  node: "a"
  needs service.api/0/proxy
  needs service.api/0/setup
service.api/0/proxy = container, create_first, in turn
  env: {}
  image: "proxy:2"
  labels: {}
  name: "shop-api-0-proxy"
  network: { aliases: ["api"], mode: "network", network: <subnet.main.inner["a"]/a id> }
  node: "a"
  needs subnet.main.inner["a"]/a
service.api/0/setup = container, create_first, in turn
  env: {}
  image: "setup:1"
  labels: {}
  name: "shop-api-0-setup"
  network: { aliases: ["api"], mode: "network", network: <subnet.main.inner["a"]/a id> }
  node: "a"
  until: "succeeded"
  needs subnet.main.inner["a"]/a
service.api.address -> <service.api/0/proxy address>
service.api.urls -> [interpolate("http://", <service.api/0/proxy address>, ":", 8080)]
)");
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
  CHECK(text == R"(registry.images -> "registry.example.org"
registry.images.endpoint -> "registry.example.org"
repository.images.web/repository = repository, by_platform
  endpoint: "registry.example.org"
  immutable: true
  insecure: false
  name: "shop/web"
  password: ***
  username: "ci"
repository.images.web -> "registry.example.org/shop/web"
repository.images.web.url -> "registry.example.org/shop/web"
image.web/image = image, create_first
  args: { N: "1" }
  context: "./web"
  context_hash: "HASH"
  dockerfile: "Dockerfile"
  immutable: true
  insecure: false
  node: "a"
  password: ***
  repository: "registry.example.org/shop/web"
  tag: "1.4"
  username: "ci"
  needs repository.images.web/repository
image.web -> <image.web/image ref>
image.web.digest -> <image.web/image digest>
image.web.ref -> <image.web/image ref>
service.api/0 = container, create_first, in turn
  env: {}
  image: <image.web/image ref>
  labels: {}
  name: "shop-api-0"
  network: { mode: "none" }
  node: "a"
  password: ***
  username: "ci"
  needs image.web/image
service.api/1 = container, create_first, in turn
  env: {}
  image: <image.web/image ref>
  labels: {}
  name: "shop-api-1"
  network: { mode: "none" }
  node: "b"
  password: ***
  username: "ci"
  needs image.web/image
service.api.address -> null
service.api.urls -> []
)");
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
  env: { REGISTRY_STORAGE_DELETE_ENABLED: "true" }
  image: "registry:2"
  labels: {}
  name: "shop-images"
  network: { mode: "bridge" }
  node: "a"
  ports: [{ container: 5000, host: 5001, ip: "127.0.0.1", name: "registry", protocol: "tcp" }]
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

TEST_CASE("copies go round the nodes, keep their keys, and a daemon has one on each") {
  auto nodes_of_service = [](Map config) {
    HandMade stack({"a", "b", "c"});
    stack.add("cluster.core", {})
        .add("task.api", record({{"container", record({{"web", web()}})}}))
        .add("service.api", std::move(config));
    const auto text = stack.lowered();
    std::string out;
    for (auto at = text.find("service.api/"); at != std::string::npos && text.find("node: ", at) != std::string::npos;
         at = text.find("\nservice.api/", at)) {
      if (text[at] == '\n') ++at;
      const auto node = text.find("node: \"", at) + 7;
      out += text.substr(at, text.find(' ', at) - at) + "@" + text.substr(node, text.find('"', node) - node) + " ";
    }
    return out;
  };
  CHECK(nodes_of_service(service({{"desired", 4}})) ==
        "service.api/0@a service.api/1@b service.api/2@c service.api/3@a ");
  CHECK(nodes_of_service(service({{"desired", 2}})) == "service.api/0@a service.api/1@b ");
  CHECK(nodes_of_service(service({{"desired", 0}})).empty());
  CHECK(nodes_of_service(service({{"daemon", true}})) == "service.api/a@a service.api/b@b service.api/c@c ");
}

TEST_CASE("services with one fixed port avoid each other as long as there are nodes") {
  HandMade stack({"a", "b"});
  stack.add("cluster.core", {});
  stack.add("task.api",
            record({{"container", record({{"web", web({{"port", record({{"http", port(8080, 80)}})}})}})}}));
  stack.add("service.api", service()).add("service.other", service());
  const auto text = stack.lowered();
  CHECK(text.find("node: \"b\"", text.find("service.other/0")) != std::string::npos);
  CHECK(stack.problems().empty());
}

}  // namespace infra::testing
