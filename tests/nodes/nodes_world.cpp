#include "tests/nodes/nodes_world.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/hash.h"
#include "base/values/codec.h"
#include "providers/engine/build_context.h"
#include "providers/http.h"

namespace infra::testing {

World& world() {
  static const bool alone = enter_own_network();
  if (!alone) skip_program("needs the right to make a network namespace (CAP_SYS_ADMIN)");
  static World all;
  static const bool loaded = (load_test_image(all.engine, kApp), true);
  static_cast<void>(loaded);
  return all;
}

PlatformDecl platform_at(const std::string& endpoint) {
  return {
      .name = "here", .kind = "nodes", .config = record({{"node", record({{"a", record({{"endpoint", endpoint}})}})}})};
}

std::unique_ptr<Provider> connect(const Ownership& owner, const SourceTree* sources, const std::string& endpoint) {
  auto provider =
      nodes_platform()->connect({.owner = owner,
                                 .platform = platform_at(endpoint.empty() ? world().engine.endpoint() : endpoint),
                                 .sources = sources});
  if (!provider) FAIL(provider.error().text());
  return *std::move(provider);
}

Ownership new_owner() { return {.stack = "shop", .lineage = random_token(12)}; }

namespace {

std::map<std::string, std::string> app_files(const std::string& text) {
  std::ifstream file(test_app(), std::ios::binary);
  std::ostringstream program;
  program << file.rdbuf();
  return {{"web/Dockerfile", fmt::format("FROM scratch\nARG NAME=none\nCOPY infra_testapp /app\nENV TEXT=\"{} $NAME\"\n"
                                         "ENTRYPOINT [\"/app\"]\n",
                                         text)},
          {"web/infra_testapp", program.str()},
          {"web/.dockerignore", "*.log\n"},
          {"web/a.log", "not sent"}};
}

}  // namespace

AppSources::AppSources(const std::string& text) : MemoryTree(app_files(text)) {}

Result<std::vector<TreeEntry>> AppSources::do_list(const std::string& folder) const {
  auto out = MemoryTree::do_list(folder);
  if (!out) return out;
  for (auto& entry : *out) entry.executable = entry.path.ends_with("infra_testapp");
  return out;
}

Stage::Stage(const SourceTree* sources, const std::string& endpoint) : provider_(connect(owner_, sources, endpoint)) {}

Stage::~Stage() {
  while (!made_.empty()) {
    const auto address = made_.back().address.text();
    if (!destroy(address)) made_.pop_back();  // its test has failed; the engine goes at the end
  }
}

Result<ObjectResult> Stage::create(const std::string& address, const std::string& type, Map inputs) {
  CreateRequest request{
      .address = Address::parse(address).value(), .type = type, .inputs = std::move(inputs), .token = random_token(20)};
  request.spec_hash = spec_hash(request.inputs, owner_.lineage);
  auto made = provider_->create(request, Cancel(), [this](std::string text) { said_.push_back(std::move(text)); });
  if (made) {
    made_.push_back(
        {.address = request.address, .type = type, .id = made->id, .inputs = request.inputs, .outputs = made->outputs});
  }
  return made;
}

ObjectResult Stage::must_create(const std::string& address, const std::string& type, Map inputs) {
  auto made = create(address, type, std::move(inputs));
  if (!made) FAIL(made.error().text());
  return *std::move(made);
}

ExistingObject Stage::existing(const std::string& address) const {
  const auto at =
      std::find_if(made_.begin(), made_.end(), [&](const ExistingObject& o) { return o.address.text() == address; });
  if (at == made_.end()) FAIL("nothing was made at " << address);
  return *at;
}

Result<Ok> Stage::destroy(const std::string& address) {
  const auto object = existing(address);
  auto gone = provider_->destroy(object, Cancel(), [](const std::string&) {});
  if (gone)
    std::erase_if(made_, [&](const ExistingObject& o) { return o.id == object.id && o.address == object.address; });
  return gone;
}

std::vector<KnownObject> Stage::known() const {
  recorded_.clear();
  for (const auto& o : made_) recorded_.push_back(to_json(o.inputs, owner_.lineage));
  std::vector<KnownObject> out;
  for (std::size_t i = 0; i < made_.size(); ++i)
    out.push_back({made_[i].address, made_[i].type, made_[i].id, recorded_[i]});
  return out;
}

Observation Stage::observe() const {
  auto out = provider_->observe(known());
  if (!out) FAIL(out.error().text());
  return *std::move(out);
}

std::optional<ObservedObject> Stage::seen(const std::string& address) const {
  std::optional<ObservedObject> found;
  for (auto& object : observe().objects) {
    if (object.address.text() != address) continue;
    if (found) FAIL("two objects at " << address);
    found = std::move(object);
  }
  return found;
}

std::string subnet_network(Stage& stage, const std::string& name, std::uint8_t second_byte) {
  const Cidr addresses{.base = {.bytes = {10, second_byte, 0, 0}}, .prefix = 24};
  return stage.must_create("subnet.main/a", "network", record({{"node", "a"}, {"name", name}, {"cidr", addresses}})).id;
}

std::string container_of(const ObjectResult& task, const std::string& label) {
  const auto* id = task.outputs["containers"][label].string();
  return id != nullptr ? *id : "";
}

Map app_container(std::initializer_list<Entry> more) {
  Map out = record(
      {{"node", "a"},
       {"name", "shop-api-0"},
       {"image", kApp},
       {"network", record({{"mode", "bridge"}})},
       {"stop_timeout", Duration{1'000}},
       {"ports", List(1, Value(record({{"name", "http"}, {"container", 8080}, {"host", 0}, {"protocol", "tcp"}})))}});
  for (const auto& [name, value] : more) out.set(name, value);
  return out;
}

Value app_health(const std::string& path) {
  return record({{"command", List({"/infra_testapp", "check", path})},
                 {"every", Duration{200}},
                 {"timeout", Duration{2'000}},
                 {"retries", 2},
                 {"grace", Duration{0}}});
}

std::string fetch(const std::string& url) {
  for (int i = 0; i < 100; ++i) {
    auto sent = http::send({.base = url}, {.timeout = std::chrono::seconds(3)});
    if (const auto* response = std::get_if<http::Response>(&sent)) return response->body;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return {};
}

}  // namespace infra::testing
