// What every store must do. A new store joins by a row in tests/state/stores.cpp.
#include <catch2/catch.hpp>

#include <random>

#include "state/integrity.h"
#include "state/places/open_store.h"
#include "tests/state/model_store.h"
#include "tests/state/samples.h"
#include "tests/state/state_files.h"
#include "tests/state/stores.h"

namespace infra::test {
namespace {

// One state's place; opens it as often as wanted.
class Bench {
 public:
  Bench() : kind_(GENERATE(from_range(store_kinds()))), place_(kind_.new_place(folder_)) {
    UNSCOPED_INFO("store: " << kind_.name);
  }
  std::unique_ptr<Store> open(const std::string& stack = "shop") {
    return must(open_store(place_, stack, folder_ / "home"));
  }

 private:
  StoreKind kind_;
  TempFolder folder_;
  std::string place_;
};

std::vector<Mutation> typical_batch() {
  return {PutPlatform{sample_platform("laptop")}, PutResource{sample_resource(1)}, PutResource{sample_resource(2)},
          PutIntent{sample_intent(3)}, PutOutputs{{sample_output("url", "http://localhost")}}};
}

}  // namespace

TEST_CASE("a state that doesn't exist loads as empty, with one lineage for the life of the store") {
  Bench bench;
  auto store = bench.open();
  const auto first = must(store->load());
  CHECK(first.stack == "shop");
  CHECK(first.serial.value == 0);
  CHECK(first.lineage.size() >= 16);
  CHECK(first.resources.empty());
  CHECK(must(store->load()) == first);
  CHECK(must(bench.open()->load()).lineage != first.lineage);

  SECTION("the first commit makes it with that lineage") {
    auto lock = must(store->lock(sample_holder()));
    CHECK(must(store->commit(typical_batch())).value == 1);
    CHECK(must(store->load()).lineage == first.lineage);
    CHECK(must(bench.open()->load()).lineage == first.lineage);
  }
}

TEST_CASE("what is committed is what another store loads") {
  Bench bench;
  auto store = bench.open();
  auto lock = must(store->lock(sample_holder()));
  must(store->commit(typical_batch()));
  const auto loaded = unleased(must(bench.open()->load()));
  CHECK(loaded.resources == std::vector{sample_resource(1), sample_resource(2)});
  CHECK(loaded.intents == std::vector{sample_intent(3)});
  CHECK(loaded.outputs == std::vector{sample_output("url", "http://localhost")});
  CHECK(loaded.platforms == std::vector{sample_platform("laptop")});
  CHECK(loaded.serial.value == 1);
  CHECK(check_snapshot(loaded).empty());
  CHECK(must(store->load()) == loaded);
}

TEST_CASE("a state may become another one, which stands beside nothing of the old lineage") {
  Bench bench;
  auto store = bench.open();
  auto early = bench.open();
  {
    auto lock = must(store->lock(sample_holder()));
    must(store->commit(typical_batch()));
    must(early->load());
    must(store->commit({SetLineage{"another-lineage"}}));
    must(store->commit({PutResource{sample_resource(4)}}));
  }
  const auto loaded = must(bench.open()->load());
  CHECK(loaded.lineage == "another-lineage");
  CHECK(loaded.resources.size() == 3);
  CHECK(check_snapshot(loaded).empty());
  CHECK(must(store->load()).lineage == "another-lineage");
  // Who looked before doesn't write into a state that it knows nothing of.
  auto lock = must(early->lock(sample_holder()));
  CHECK(early->commit({PutResource{sample_resource(5)}}).error().code == "E0507");
  must(early->load());
  must(early->commit({PutResource{sample_resource(5)}}));
}

TEST_CASE("a create-first replacement has two rows until the old object is gone") {
  Bench bench;
  auto store = bench.open();
  auto lock = must(store->lock(sample_holder()));
  const auto before = sample_resource(1);
  must(store->commit({PutResource{before}}));
  auto after = before;
  after.id = "another";
  must(store->commit({DeposeResource{before.address}, PutResource{after}}));
  auto deposed = before;
  deposed.deposed = true;
  CHECK(must(store->load()).resources == std::vector{after, deposed});
  must(store->commit({DropResource{before.address, before.id}}));
  CHECK(must(store->load()).resources == std::vector{after});
}

TEST_CASE("putting a resource again replaces its current row and no other") {
  Bench bench;
  auto store = bench.open();
  auto lock = must(store->lock(sample_holder()));
  auto resource = sample_resource(1);
  must(store->commit({PutResource{resource}, PutResource{sample_resource(2)}}));
  resource.id = "another";
  resource.inputs = "{}";
  must(store->commit({PutResource{resource}}));
  CHECK(must(store->load()).resources == std::vector{resource, sample_resource(2)});
}

TEST_CASE("dropping or deposing what isn't there changes nothing but the serial") {
  Bench bench;
  auto store = bench.open();
  auto lock = must(store->lock(sample_holder()));
  must(store->commit(typical_batch()));
  auto before = must(store->load());
  must(store->commit({DropIntent{"nobody"}, DropResource{sample_resource(1).address, "another id"},
                      DeposeResource{sample_resource(9).address}, DropPlatform{"nowhere"}}));
  before.serial.value += 1;
  CHECK(must(store->load()) == before);
}

TEST_CASE("texts of every kind come back as they were") {
  Bench bench;
  auto store = bench.open();
  auto lock = must(store->lock(sample_holder()));
  auto resource = sample_resource(1);
  resource.address = {.kind = "service", .path = "web[\"a/b.c \\\" ü\"]", .part = "node \"x\"/1"};
  resource.inputs = std::string("{\"a\":\"\0\"}", 9);
  resource.outputs = "";
  resource.depends_on = {{.kind = "subnet", .path = "main[\"1:2,3\"]"},
                         {.kind = "vpc", .path = "main", .part = "x:y,z"}};
  must(store->commit({PutResource{resource}}));
  CHECK(must(bench.open()->load()).resources == std::vector{resource});
}

TEST_CASE("resources are sorted as addresses are, not as texts") {
  Bench bench;
  auto store = bench.open();
  auto lock = must(store->lock(sample_holder()));
  std::vector<Mutation> batch{PutPlatform{sample_platform("laptop")}};
  int n = 0;
  for (const char* text : {"service.a.b/0", "service.a/0", "service.a-c/0", "image.z/1", "service.a[\"x\"]/10",
                           "service.a[\"x\"]/2", "a.b/c"}) {
    auto resource = sample_resource(++n);
    resource.address = Address::parse(text).value();
    batch.push_back(PutResource{resource});
  }
  must(store->commit(batch));
  CHECK(check_snapshot(must(store->load())).empty());
}

TEST_CASE("a commit without the lock is refused") {
  Bench bench;
  auto store = bench.open();
  auto refused = store->commit(typical_batch());
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0507");
  auto lock = must(store->lock(sample_holder()));
  must(store->commit(typical_batch()));
  lock.reset();
  CHECK(!store->commit(typical_batch()));
  CHECK(must(store->load()).serial.value == 1);
}

TEST_CASE("one holder of the lock at a time, and the next one is told who") {
  Bench bench;
  auto one = bench.open();
  auto two = bench.open();
  auto lock = must(one->lock(sample_holder()));
  auto refused = two->lock(sample_holder());
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0501");
  for (const char* part : {"ada", "engine", "4711", "infra apply", "2024-05-01T10:00:00Z"}) {
    CHECK_THAT(refused.error().message, Catch::Contains(part));
  }
  CHECK(!refused.error().help.empty());
  CHECK(!one->lock(sample_holder()));
  CHECK(two->load().ok());
  lock.reset();
  CHECK(two->lock(sample_holder()).ok());
}

TEST_CASE("another stack's state is refused") {
  Bench bench;
  {
    auto store = bench.open("shop");
    auto lock = must(store->lock(sample_holder()));
    must(store->commit(typical_batch()));
  }
  auto other = bench.open("blog");
  auto refused = other->load();
  REQUIRE(!refused);
  CHECK(refused.error().code == "E0506");
  CHECK_THAT(refused.error().message, Catch::Contains("\"shop\"") && Catch::Contains("\"blog\""));
  CHECK(other->lock(sample_holder()).error().code == "E0506");
  CHECK(must(bench.open("")->load()).stack == "shop");

  SECTION("until the stack is renamed") {
    auto any = bench.open("");
    auto lock = must(any->lock(sample_holder()));
    must(any->commit({SetStack{"blog"}}));
    CHECK(must(other->load()).stack == "blog");
  }
}

TEST_CASE("a state that another run made since the first look is not written over") {
  Bench bench;
  auto late = bench.open();
  const auto seen = must(late->load());
  {
    auto early = bench.open();
    auto lock = must(early->lock(sample_holder()));
    must(early->commit(typical_batch()));
  }
  auto lock = must(late->lock(sample_holder()));
  CHECK(late->commit({PutResource{sample_resource(5)}}).error().code == "E0507");
  const auto now = must(late->load());
  CHECK(now.lineage != seen.lineage);
  CHECK(now.resources.size() == 2);
  CHECK(must(late->commit({PutResource{sample_resource(5)}})).value == 2);
}

namespace {

Mutation random_mutation(std::mt19937& random) {
  auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  auto resource = sample_resource(upto(6));
  resource.id = "id" + std::to_string(upto(4));
  resource.deposed = upto(5) == 0;
  resource.inputs += std::string(static_cast<std::size_t>(upto(3000)), 'x');
  switch (upto(13)) {
    case 0:
      return PutIntent{sample_intent(upto(8))};
    case 1:
      return DropIntent{sample_intent(upto(8)).token};
    case 2:
    case 3:
      return PutResource{resource};
    case 4:
      return DeposeResource{resource.address};
    case 5:
      return DropResource{resource.address, resource.id};
    case 6:
      return PutOutputs{{sample_output("a", std::to_string(upto(9))), sample_output("b", "x")}};
    case 7:
      return PutPlatform{sample_platform("p" + std::to_string(upto(3)))};
    case 8:
      return PutDeployment{sample_deployment("service.s" + std::to_string(upto(3)), upto(4))};
    case 9:
      return DropDeployment{"service.s" + std::to_string(upto(3))};
    case 10:
      return PutNote{sample_note("n" + std::to_string(upto(3)), upto(4))};
    case 11:
      return DropNote{upto(2) == 0 ? "drained" : "scaled", "n" + std::to_string(upto(3))};
    default:
      return DropPlatform{"p" + std::to_string(upto(3))};
  }
}

}  // namespace

TEST_CASE("hundreds of random batches leave what the model has, also after reopening") {
  Bench bench;
  auto store = bench.open();
  const unsigned seed = GENERATE(1U, 2U, 3U);
  INFO("seed " << seed);
  std::mt19937 random(seed);
  ModelStore model(must(store->load()));
  auto lock = must(store->lock(sample_holder()));
  for (int round = 0; round < 150; ++round) {
    std::vector<Mutation> batch;
    for (auto i = random() % 5; i > 0; --i) batch.push_back(random_mutation(random));
    REQUIRE(must(store->commit(batch)) == must(model.commit(batch)));
    if (round % 10 == 0) REQUIRE(must(store->load()) == must(model.load()));
    if (round % 40 == 39) {
      lock.reset();
      store = bench.open();
      lock = must(store->lock(sample_holder()));
      REQUIRE(must(store->load()) == must(model.load()));
    }
  }
  CHECK(unleased(must(bench.open()->load())) == must(model.load()));
}

}  // namespace infra::test
