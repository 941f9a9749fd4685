// Bounds with room: what is guarded is the growth, not the last millisecond. The numbers are
// printed.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <ctime>

#include "state/places/sqlite_store.h"
#include "tests/state/samples.h"
#include "tests/state/state_files.h"

namespace infra::test {
namespace {

// The processor's time: other programs of a busy machine and the disk don't count.
template <class F>
double milliseconds(F&& body) {
  const auto start = std::clock();
  body();
  return 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

template <class F>
double best_of(int times, F&& body) {
  double best = 1e9;
  for (int i = 0; i < times; ++i) best = std::min(best, milliseconds(body));
  return best;
}

void fill(Store& store, int resources) {
  std::vector<Mutation> batch{PutPlatform{sample_platform("laptop")}};
  for (int i = 0; i < resources; ++i) batch.push_back(PutResource{sample_resource(i)});
  must(store.commit(batch));
}

}  // namespace

TEST_CASE("loading and committing stay quick as a state grows") {
  TempFolder folder;
  double load_small = 0, commit_small = 0;
  for (const int resources : {10'000, 100'000}) {
    const std::string path = folder / fmt::format("{}.db", resources);
    auto locked = locked_sqlite(path);
    const double filled = milliseconds([&] { fill(*locked.store, resources); });
    const double loaded = best_of(5, [&] {
      auto store = must(open_sqlite(path, "shop"));
      CHECK(must(store->load()).resources.size() == static_cast<std::size_t>(resources));
    });
    int n = 0;
    const double committed = best_of(50, [&] {
      must(locked.store->commit({PutIntent{sample_intent(1)}, PutResource{sample_resource(++n)}, DropIntent{"x"}}));
    });
    WARN(fmt::format(
        "{} resources: written in {:.0f} ms, loaded in {:.1f} ms, one more commit {:.2f} ms of processor time",
        resources, filled, loaded, committed));
    if (resources == 10'000) load_small = loaded, commit_small = committed;
    CHECK(loaded < load_small * 15);  // ten times as much: linear, with room for a cache that it outgrows
    CHECK(committed < commit_small * 5 + 5);
  }
}

}  // namespace infra::test
