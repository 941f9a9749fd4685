#include "tests/state/samples.h"

#include <fmt/format.h>

#include "base/values/codec.h"
#include "state/places/sqlite_store.h"

namespace infra::test {
namespace {

std::string inputs_of(int n) {
  Map inputs;
  inputs.set("name", fmt::format("web-{}", n));
  inputs.set("image", "localhost:5000/shop/web@sha256:0f3c");
  inputs.set("memory", Bytes{512LL << 20});
  inputs.set("env", Map({{"LOG", "info"}, {"WORKERS", n}, {"TOKEN", Value::secret("s3cret")}}));
  inputs.set("stop_timeout", Duration{30000});
  inputs.set("network", Map({{"mode", "network"}, {"name", "shop-main"}, {"aliases", List{"web", "www"}}}));
  return to_json(inputs, "lineage");
}

}  // namespace

RecordedResource sample_resource(int n) {
  return {.address = {.kind = "service", .path = fmt::format("web[\"{:06}\"]", n), .part = "0"},
          .type = "container",
          .platform = "laptop",
          .id = fmt::format("id{:06}", n),
          .protect = n % 7 == 0,
          .spec_hash = fmt::format("{:032x}", n),
          .inputs = inputs_of(n),
          .outputs = to_json(Map({{"id", fmt::format("id{:06}", n)}, {"address", "10.0.0.9"}}), "lineage"),
          .depends_on = {{.kind = "image", .path = "web", .part = "laptop.a"},
                         {.kind = "subnet", .path = "main.public[\"a\"]", .part = "laptop.a"}}};
}

Intent sample_intent(int n) {
  return {.token = fmt::format("token{:06}", n),
          .operation = n % 3 == 0   ? Operation::create
                       : n % 3 == 1 ? Operation::update
                                    : Operation::destroy,
          .address = {.kind = "service", .path = "api", .part = fmt::format("{}", n)},
          .type = "container",
          .platform = "laptop",
          .id = n % 3 == 0 ? "" : fmt::format("id{:06}", n),
          .spec_hash = fmt::format("{:032x}", n),
          .inputs = inputs_of(n),
          .deposes = n % 6 == 0,
          .depends_on = {{.kind = "subnet", .path = "a"}}};
}

RecordedPlatform sample_platform(const std::string& name) {
  return {.name = name, .kind = "simulator", .config = to_json(Map({{"nodes", 3}}), "lineage")};
}

RecordedDeployment sample_deployment(const std::string& service, int failures) {
  return {.name = service,
          .platform = "laptop",
          .from = "7c1e",
          .to = "9f02",
          .status = failures == 0 ? "completed" : "running",
          .failures = failures,
          .started = "2024-05-01T10:00:00Z",
          .ended = failures == 0 ? "2024-05-01T10:01:00Z" : "",
          .reason = failures == 0 ? "" : "exited with code 1",
          .commit = "c0ffee",
          .back_off = "[]",
          .revisions = {{"9f02", "box one"}, {"7c1e", "box two"}}};
}

RecordedNote sample_note(const std::string& name, int number) {
  return {.topic = number % 2 == 0 ? "drained" : "scaled",
          .name = name,
          .at = "2024-05-01T10:00:00Z",
          .number = number - 2,
          .text = number == 0 ? "" : "mira@laptop"};
}

RecordedOutput sample_output(const std::string& name, const std::string& text) {
  return {.name = name, .value = to_json(text, "lineage")};
}

LockHolder sample_holder() {
  return {.user = "ada", .host = "engine", .command = "infra apply", .process = 4711, .since = "2024-05-01T10:00:00Z"};
}

Snapshot unleased(Snapshot snapshot) {
  snapshot.leases.clear();
  return snapshot;
}

Locked locked_sqlite(const std::string& path, const std::string& stack) {
  Locked out{.store = must(open_sqlite(path, stack)), .lock = nullptr};
  out.lock = must(out.store->lock(sample_holder()));
  return out;
}

}  // namespace infra::test
