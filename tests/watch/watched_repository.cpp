#include "tests/watch/watched_repository.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <mutex>

#include <pthread.h>

#include "providers/simulator/simulator.h"

namespace infra {

using namespace std::chrono_literals;

namespace {

// The loop forks for each pass, from a thread beside the test's. In the program no other thread is in SQLite then; here
// the test's own looks at the world would leave the child with SQLite's locks taken for ever.
std::mutex& looking() {
  static std::mutex mutex;
  static const int hooked =
      ::pthread_atfork([] { looking().lock(); }, [] { looking().unlock(); }, [] { looking().unlock(); });
  static_cast<void>(hooked);
  return mutex;
}

}  // namespace

void Lines::on(const WatchEvent& event) {
  const std::lock_guard guard(mutex_);
  sink_->on(event);
}

void Lines::relay(std::string_view lines) {
  const std::lock_guard guard(mutex_);
  sink_->relay(lines);
}

std::string Lines::text() const {
  const std::lock_guard guard(mutex_);
  return out_.str();
}

int Lines::count(std::string_view part) const {
  std::istringstream all(text());
  int found = 0;
  for (std::string line; std::getline(all, line);) found += line.find(part) != std::string::npos ? 1 : 0;
  return found;
}

Watched::Watched() = default;

Watched::~Watched() { cancel.set(Cancel::abort); }

std::string Watched::stack(const Shape& shape) const {
  return fmt::format(
      "stack \"shop\"\n"
      "simulator sim {{ file = \"{}\"; {} }}\n"
      "platform = sim\n"
      "cluster core {{ }}\n"
      "task web {{\n"
      "  network = none\n"
      "  container main {{ image = \"{}\"; env = {{ LOG: \"{}\" }} }}\n"
      "}}\n"
      "service web {{ cluster = core; task = web; desired = {} }}\n"
      "{}",
      folder / "world", shape.simulator, shape.image, shape.log, shape.copies, shape.extra);
}

std::string Watched::push(const Shape& shape, const std::string& message) {
  return repository.commit("deploy/main.infra", stack(shape), message);
}

WatchOptions Watched::options() const {
  WatchOptions out;
  out.repo = repository.url();
  out.path = "deploy";
  out.pace = {.interval = 200ms, .retry_first = 100ms, .retry_most = 400ms};
  out.home = folder / "home";
  out.me = {.user = "ada", .host = "here", .command = "infra watch", .process = 1, .since = {}};
  return out;
}

Result<std::unique_ptr<Store>> Watched::open_store() const { return open_sqlite(folder / "home/state.db", "shop"); }

Result<WatchEnd> Watched::run(const WatchOptions& options) {
  const Platforms platforms({simulator_platform()});
  return watch(
      options, platforms, [this] { return open_store(); }, cancel, lines);
}

void Watched::start(WatchOptions options) {
  end_.reset();
  cancel.set(Cancel::none);
  thread_ = std::jthread([this, options = std::move(options)] { end_.emplace(run(options)); });
}

Result<WatchEnd> Watched::once() {
  WatchOptions one = options();
  one.once = true;
  return run(one);
}

WatchEnd Watched::stop() {
  cancel.raise();
  thread_.join();
  INFO(lines.text());
  REQUIRE(end_);
  REQUIRE(*end_);
  return **end_;
}

bool Watched::until(const std::function<bool()>& holds) const {
  for (int i = 0; i < 500; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

bool Watched::remove_by_hand(const std::string& id) const {
  const std::lock_guard guard(looking());
  return simulator::World(folder / "world").remove(id).ok();
}

std::vector<simulator::WorldObject> Watched::objects() const {
  const std::lock_guard guard(looking());
  auto objects = simulator::World(folder / "world").objects();
  REQUIRE(objects);
  std::erase_if(*objects, [](const auto& o) { return o.type != "task"; });
  return *std::move(objects);
}

std::vector<std::string> Watched::containers() const {
  std::vector<std::string> out;
  for (const auto& object : objects()) {
    const auto& container = object.inputs["containers"].map()->begin()->second;
    const auto* log = container["env"]["LOG"].string();
    const auto* image = container["image"].string();
    out.push_back(fmt::format("{} {} {}", object.address.owner().text(), image != nullptr ? *image : "?",
                              log != nullptr ? *log : "?"));
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> Watched::ids() const {
  std::vector<std::string> out;
  for (const auto& object : objects()) out.push_back(object.id);
  return out;
}

std::size_t Watched::recorded() const {
  const auto resources = state().resources;
  return static_cast<std::size_t>(
      std::count_if(resources.begin(), resources.end(), [](const auto& row) { return row.type == "task"; }));
}

Snapshot Watched::state() const {
  const std::lock_guard guard(looking());
  auto store = open_store();
  REQUIRE(store);
  auto snapshot = (*store)->load();
  REQUIRE(snapshot);
  return *std::move(snapshot);
}

}  // namespace infra
