// A state of N resources: how long one takes to load, and whether a commit into it takes longer after many.
//   infra_state_bench PLACE [RESOURCES [APPLIES]]      PLACE: a file that isn't there yet, or postgres://…
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <fmt/format.h>

#include "base/values/codec.h"
#include "state/places/open_store.h"

namespace infra {
namespace {

using Clock = std::chrono::steady_clock;

RecordedResource resource(std::size_t n) {
  const Map env({{"LOG", "info"}, {"WORKERS", std::int64_t{4}}, {"ZONE", "a"}});
  const Map inputs({{"name", fmt::format("web-{}", n)},
                    {"image", "localhost:5000/shop/web@sha256:0f3c"},
                    {"memory", Bytes{512LL << 20}},
                    {"env", env},
                    {"stop_timeout", Duration{30000}}});
  return {.address = {.kind = "service", .path = fmt::format("web[\"{:06}\"]", n), .part = "0"},
          .type = "container",
          .platform = "laptop",
          .id = fmt::format("{:064x}", n),
          .spec_hash = fmt::format("{:032x}", n),
          .inputs = to_json(inputs, "bench"),
          .outputs = to_json(Map({{"id", fmt::format("{:064x}", n)}, {"address", "10.0.0.9"}}), "bench"),
          .depends_on = {{.kind = "image", .path = "web", .part = "laptop.a"}}};
}

Intent intent(std::size_t n) {
  const auto row = resource(n);
  return {.token = fmt::format("token{}", n),
          .operation = Operation::update,
          .address = row.address,
          .type = row.type,
          .platform = row.platform,
          .id = row.id,
          .spec_hash = row.spec_hash,
          .inputs = row.inputs,
          .depends_on = row.depends_on};
}

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "%s\n", result.error().text().c_str());
  std::exit(1);
}

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double median(std::vector<double> all) {
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
  return all[all.size() / 2];
}

// What an apply of one changed resource commits: its intent, then its outcome.
struct Took {
  double clock, processor;
};
Took apply_one(Store& store, std::size_t n) {
  const auto start = Clock::now();
  const auto busy_before = std::clock();
  must(store.commit({PutIntent{intent(n)}}));
  auto row = resource(n);
  row.outputs = to_json(Map({{"id", row.id}, {"address", "10.0.0.10"}}), "bench");
  must(store.commit({DropIntent{intent(n).token}, PutResource{std::move(row)}}));
  return {ms_since(start), 1000.0 * static_cast<double>(std::clock() - busy_before) / CLOCKS_PER_SEC};
}

void fill(Store& store, std::size_t resources) {
  constexpr std::size_t kBatch = 5000;
  must(store.commit({PutPlatform{{.name = "laptop", .kind = "simulator", .config = "{}"}}}));
  for (std::size_t at = 0; at < resources; at += kBatch) {
    std::vector<Mutation> batch;
    for (auto n = at; n < std::min(at + kBatch, resources); ++n) batch.push_back(PutResource{resource(n)});
    must(store.commit(batch));
  }
}

void measure(const std::string& place, std::size_t resources, std::size_t applies) {
  std::vector<double> took, took_busy;
  {
    auto store = must(open_store(place, "bench"));
    auto lock = must(store->lock({.user = "bench", .host = "here", .command = "bench"}));
    auto start = Clock::now();
    fill(*store, resources);
    fmt::print("filled with {} resources in {:.0f} ms\n", resources, ms_since(start));
    for (std::size_t n = 0; n < applies; ++n) {
      const auto one = apply_one(*store, n * 97 % resources);
      took.push_back(one.clock);
      took_busy.push_back(one.processor);
    }
    const auto part = static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, applies / 10));
    const double first = median({took.begin(), took.begin() + part}), last = median({took.end() - part, took.end()});
    const double busy_first = median({took_busy.begin(), took_busy.begin() + part});
    const double busy_last = median({took_busy.end() - part, took_busy.end()});
    fmt::print("{} applies of one resource: the first tenth {:.2f} ms each, the last tenth {:.2f} ms, ratio {:.2f}\n",
               applies, first, last, last / first);
    fmt::print("  of processor time here {:.2f} ms and {:.2f} ms, ratio {:.2f}\n", busy_first, busy_last,
               busy_last / busy_first);
    start = Clock::now();
    lock.reset();
    fmt::print("giving the lease back, with the copy of a file: {:.0f} ms\n", ms_since(start));
  }
  std::vector<double> loads, busy;
  for (int i = 0; i < 9; ++i) {
    auto store = must(open_store(place, "bench"));
    const auto start = Clock::now();
    const auto busy_before = std::clock();
    const auto snapshot = must(store->load());
    loads.push_back(ms_since(start));
    busy.push_back(1000.0 * static_cast<double>(std::clock() - busy_before) / CLOCKS_PER_SEC);
    if (snapshot.resources.size() != resources) std::exit(1);
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print(
      "loaded in {:.0f} ms (median of 9, the best {:.0f} ms; {:.0f} ms of processor time, the best {:.0f} ms), "
      "peak memory {} MB\n",
      median(loads), *std::min_element(loads.begin(), loads.end()), median(busy),
      *std::min_element(busy.begin(), busy.end()), usage.ru_maxrss / 1024);
}

}  // namespace
}  // namespace infra

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const auto number = [&](int at, std::size_t usual) {
    return argc > at ? static_cast<std::size_t>(std::atoll(argv[at])) : usual;
  };
  infra::measure(argv[1], number(2, 100'000), number(3, 1000));
}
