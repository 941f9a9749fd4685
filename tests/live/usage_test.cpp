#include <catch2/catch.hpp>

#include "base/values/codec.h"
#include "cli/live/usage_table.h"
#include "providers/nodes/live/event_words.h"
#include "providers/nodes/live/usage.h"

namespace {

using namespace infra;

LiveContainer container(const std::string& address, const std::string& label) {
  return {.address = *Address::parse(address), .container = label, .id = address + label};
}

Value entries(std::vector<Entry> all) { return Map(std::move(all)); }

}  // namespace

TEST_CASE("what a container uses is measured between two looks, without what the kernel can take back") {
  const auto cpu = [](std::int64_t used, std::int64_t system) {
    return entries({{"cpu_usage", entries({{"total_usage", used}})}, {"system_cpu_usage", system}, {"online_cpus", 4}});
  };
  const auto usage = nodes::usage_of(entries(
      {{"cpu_stats", cpu(1'500, 14'000)},
       {"precpu_stats", cpu(500, 10'000)},
       {"memory_stats", entries({{"usage", 1'000}, {"limit", 5'000}, {"stats", entries({{"inactive_file", 300}})}})}}));
  CHECK(usage.cpu == Approx(1.0));
  CHECK(usage.memory == 700);
  CHECK(usage.memory_limit == 5'000);
  // A first look has nothing before it: Podman gives zeros, always, and is asked twice.
  const auto first = entries({{"cpu_stats", cpu(1'500, 14'000)}, {"memory_stats", entries({})}});
  CHECK(nodes::usage_of(first).cpu == 0);
  const auto second = entries({{"cpu_stats", cpu(2'000, 99'000)}, {"memory_stats", entries({{"usage", 10}})}});
  const auto between = nodes::usage_between(first, second, std::chrono::nanoseconds(1'000));
  CHECK(between.cpu == Approx(0.5));
  CHECK(between.memory == 10);
}

TEST_CASE("usage is told by service, with the requests that its load balancers counted") {
  const std::vector<Usage> usage = {{container("service.api/0", "web"), 0.25, 64 << 20, 0},
                                    {container("service.api/0", "proxy"), 0.05, 16 << 20, 0},
                                    {container("service.api/1", "web"), 0.5, 64 << 20, 0},
                                    {container("job.migrate/run", "main"), 0, 2 << 20, 0}};
  const auto rows = cli::usage_rows(usage, {{"service.api", 100}, {"service.gone", 3}},
                                    {{"service.api", 150}, {"service.gone", 9}, {"service.new", 1}}, 2);
  CHECK(cli::usage_text(rows) ==
        "SERVICE      TASKS   CPU     MEMORY  REQUESTS/S\n"
        "job.migrate      1  0.00    2.0 MiB           -\n"
        "service.api      2  0.80  144.0 MiB        25.0\n");
  CHECK(cli::usage_json(rows).find(R"("service":"service.api","tasks":2,"containers":3,"cpu":0.800)") !=
        std::string::npos);
  // A balancer that was started anew counts from nothing.
  CHECK(cli::usage_rows(usage, {{"service.api", 100}}, {{"service.api", 1}}, 1)[1].requests == 0.0);
}

TEST_CASE("an engine's events in words") {
  const auto words = [](const char* action, const char* code = "0") {
    return nodes::event_words(action, entries({{"exitCode", code}}));
  };
  CHECK(words("start") == "started");
  CHECK(words("die", "3") == "exited with code 3");
  CHECK(words("die", "137") == "exited with code 137 (killed)");
  CHECK(words("oom") == "used more than its memory");
  CHECK(words("health_status: unhealthy") == "unhealthy");
  CHECK(words("destroy") == "removed");
  CHECK(words("remove") == "removed");  // Podman's word
  for (const auto* noise : {"exec_create: /check", "exec_start: /check", "exec_die", "kill", "stop", "attach"}) {
    CHECK(words(noise).empty());
  }
}
