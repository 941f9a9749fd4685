#include "watch/watch.h"

#include <catch2/catch.hpp>

#include "tests/watch/watched_repository.h"
#include "watch/permits.h"

using namespace infra;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

using Containers = std::vector<std::string>;
const Containers kTwo = {"service.web web:1 info", "service.web web:1 info"};

}  // namespace

TEST_CASE("a pushed commit is live within the interval; what is removed by hand comes back") {
  Watched watched;
  watched.push({}, "first");
  watched.start(watched.options());
  REQUIRE(watched.until([&] { return watched.containers() == kTwo; }));

  watched.push({.image = "web:2", .log = "debug"}, "web 2, chatty");
  CHECK(watched.until([&] {
    return watched.containers() == Containers{"service.web web:2 debug", "service.web web:2 debug"};
  }));

  simulator::World world(watched.folder / "world");
  REQUIRE(world.remove(watched.ids().front()));
  CHECK(watched.containers().size() == 1);
  CHECK(watched.until([&] { return watched.containers().size() == 2; }));
  CHECK(watched.until([&] { return watched.lines.count("(drift)") == 1; }));

  CHECK(watched.stop().succeeded);
  INFO(watched.lines.text());
  CHECK(watched.lines.count("fetched main ") == 2);
  CHECK(watched.lines.count("\"web 2, chatty\"") == 1);
  CHECK(watched.lines.count("done in") == 3);
  CHECK(watched.lines.count("stopped") == 1);
  CHECK(watched.state().intents.empty());
}

TEST_CASE("a commit whose deployment was rolled back is held; the next commit goes through") {
  Watched watched;
  watched.push({}, "first");
  REQUIRE(watched.once()->succeeded);
  watched.push({.image = "web:crash"}, "broken");
  CHECK_FALSE(watched.once()->succeeded);
  INFO(watched.lines.text());
  CHECK(watched.lines.count("was rolled back") == 1);
  CHECK(watched.containers() == kTwo);

  const auto ids = watched.ids();
  const auto again = watched.once();
  CHECK(again->succeeded);  // nothing is tried, so nothing failed
  CHECK(watched.ids() == ids);

  // What runs is kept running meanwhile.
  simulator::World world(watched.folder / "world");
  REQUIRE(world.remove(ids.front()));
  CHECK(watched.once()->succeeded);
  CHECK(watched.containers() == kTwo);
  CHECK(watched.once()->succeeded);  // and the commit is still held
  CHECK(watched.containers() == kTwo);
  CHECK(watched.lines.count("was rolled back") == 1);

  watched.push({.image = "web:2"}, "mended");
  CHECK(watched.once()->succeeded);
  CHECK(watched.containers() == Containers{"service.web web:2 info", "service.web web:2 info"});
}

TEST_CASE("two pushes in a row end at the newer one") {
  Watched watched;
  watched.push({}, "first");
  watched.start(watched.options());
  REQUIRE(watched.until([&] { return watched.containers() == kTwo; }));
  watched.push({.log = "middle"}, "second");
  watched.push({.log = "last"}, "third");
  CHECK(watched.until([&] {
    return watched.containers() == Containers{"service.web web:1 last", "service.web web:1 last"};
  }));
  std::this_thread::sleep_for(600ms);
  CHECK(watched.containers().front() == "service.web web:1 last");
  watched.stop();
}

TEST_CASE("a push during an apply is applied after it") {
  Watched watched;
  watched.push({.copies = 4, .simulator = "delay = 300ms"}, "slow");
  auto options = watched.options();
  options.parallelism = 1;
  watched.start(options);
  REQUIRE(watched.until([&] { return watched.containers().size() == 1; }));
  watched.push({.log = "new", .copies = 1}, "fast");
  CHECK(watched.until([&] { return watched.containers() == Containers{"service.web web:1 new"}; }));
  watched.stop();
}

TEST_CASE("a failing commit is told once, leaves what runs alone, and its fix is applied") {
  Watched watched;
  watched.push({}, "first");
  watched.start(watched.options());
  REQUIRE(watched.until([&] { return watched.containers() == kTwo; }));
  const auto ids = watched.ids();
  watched.push({.extra = "service broken { cluster = core; task = nothing }\n"}, "oops");
  REQUIRE(watched.until([&] { return watched.lines.count("failed; trying again") == 1; }));
  std::this_thread::sleep_for(800ms);
  CHECK(watched.lines.count("failed; trying again") == 1);
  CHECK(watched.lines.count("error[E0") == 1);
  CHECK(watched.lines.count("deploy/main.infra:10:") == 1);
  CHECK(watched.ids() == ids);
  watched.push({.copies = 3}, "fixed");
  CHECK(watched.until([&] { return watched.containers().size() == 3; }));
  watched.stop();
}

TEST_CASE("a stack that vanishes from the branch is an error, never a deletion") {
  Watched watched;
  watched.push({}, "first");
  watched.start(watched.options());
  REQUIRE(watched.until([&] { return watched.containers() == kTwo; }));
  SECTION("its files") { fs::rename(watched.repository / "deploy/main.infra", watched.repository / "deploy/main.txt"); }
  SECTION("its folder") { fs::rename(watched.repository / "deploy", watched.repository / "other"); }
  watched.repository.commit_all("gone");
  CHECK(watched.until([&] { return watched.lines.count("failed; trying again") == 1; }));
  CHECK(watched.containers() == kTwo);
  watched.stop();
}

TEST_CASE("while the remote is down, or the branch deleted, what runs is healed") {
  Watched watched;
  watched.push({}, "first");
  watched.start(watched.options());
  REQUIRE(watched.until([&] { return watched.containers() == kTwo; }));
  fs::rename(watched.repository.folder(), watched.folder / "moved");
  REQUIRE(watched.until([&] { return watched.lines.count("fetching failed") == 1; }));
  REQUIRE(watched.remove_by_hand(watched.ids().front()));
  CHECK(watched.until([&] { return watched.containers() == kTwo; }));
  fs::rename(watched.folder / "moved", watched.repository.folder());
  CHECK(watched.until([&] { return watched.lines.count("fetching succeeded") == 1; }));
  CHECK(watched.lines.count("fetching failed") == 1);
  watched.repository.git("checkout -q --detach");
  watched.repository.git("branch -D main");
  CHECK(watched.until([&] { return watched.lines.count("E0804") == 1; }));
  REQUIRE(watched.remove_by_hand(watched.ids().front()));
  CHECK(watched.until([&] { return watched.containers() == kTwo; }));
  watched.stop();
}

TEST_CASE("a branch that is set back is refused and what runs is healed, until that commit is allowed") {
  Watched watched;
  const auto first = watched.push({}, "first");
  watched.push({.copies = 3}, "second");
  watched.start(watched.options());
  REQUIRE(watched.until([&] { return watched.containers().size() == 3; }));
  watched.repository.git("reset -q --hard HEAD~1");
  REQUIRE(watched.until([&] { return watched.lines.count("E0815") == 1; }));
  CHECK(watched.lines.count("infra allow " + first + " --home " + watched.folder / "home") == 1);
  REQUIRE(watched.remove_by_hand(watched.ids().front()));
  CHECK(watched.until([&] { return watched.containers().size() == 3; }));

  SECTION("a loop that is started anew refuses it, too, and heals") {
    watched.stop();
    REQUIRE(watched.remove_by_hand(watched.ids().front()));
    watched.start(watched.options());
    CHECK(watched.until([&] { return watched.containers().size() == 3; }));
    CHECK(watched.lines.count("E0815") >= 2);
  }
  SECTION("allowed, it is followed") {
    REQUIRE(allow_commit(watched.folder / "home", first));
    CHECK(watched.until([&] { return watched.containers() == kTwo; }));
  }
  watched.stop();
}

TEST_CASE("a branch that was forced elsewhere is refused, and followed where that is the rule") {
  Watched watched;
  watched.push({}, "first");
  REQUIRE(watched.once());
  watched.repository.git("checkout -q --orphan other");
  watched.push({.copies = 3}, "another history");
  watched.repository.git("branch -q -M other main");
  CHECK_FALSE(watched.once()->succeeded);
  CHECK(watched.containers() == kTwo);
  watched.repository.git("checkout -q -b third");
  auto options = watched.options();
  options.allow_forced_pushes = true;
  watched.start(options);
  CHECK(watched.until([&] { return watched.containers().size() == 3; }));
  watched.stop();
}

TEST_CASE("a commit that takes everything away, or more than a quarter, is refused until it is allowed") {
  Watched watched;
  const std::string more =
      "service b { cluster = core; task = web }\nservice c { cluster = core; task = web }\n"
      "service d { cluster = core; task = web }\nservice e { cluster = core; task = web }\n";
  const auto without = [&](const std::string& part) {
    auto text = watched.stack({.extra = more});
    if (const auto at = text.find(part); at != std::string::npos) text.erase(at, text.find('\n', at) + 1 - at);
    return text;
  };
  const auto nothing = watched.stack({}).substr(0, watched.stack({}).find("service web"));
  watched.push({.extra = more}, "five");
  watched.start(watched.options());
  REQUIRE(watched.until([&] { return watched.containers().size() == 6; }));

  watched.repository.commit("deploy/main.infra", without("service e"), "a fifth goes");
  CHECK(watched.until([&] { return watched.containers().size() == 5; }));
  watched.push({}, "three quarters go");
  REQUIRE(watched.until([&] { return watched.lines.count("E0817") == 1; }));
  CHECK(watched.lines.count("3 of 4 resources would be destroyed (service.b, service.c, service.d), more than 25 %") ==
        1);
  CHECK(watched.containers().size() == 5);

  const auto none = watched.repository.commit("deploy/main.infra", nothing, "all goes");
  REQUIRE(watched.until([&] { return watched.lines.count("everything that is there") == 1; }));
  CHECK(watched.containers().size() == 5);
  REQUIRE(allow_commit(watched.folder / "home", none));
  const bool gone = watched.until([&] { return watched.containers().empty(); });
  INFO(watched.lines.text());  // what the loop told, should it not be so
  CHECK(gone);
  watched.stop();
}

TEST_CASE("a damaged copy of the repository is fetched anew, and drift healed as if nothing had been") {
  Watched watched;
  watched.push({}, "first");
  watched.start(watched.options());
  REQUIRE(watched.until([&] { return watched.containers() == kTwo; }));
  for (const auto& entry : fs::recursive_directory_iterator(watched.folder / "home/repository.git/objects")) {
    if (!entry.is_regular_file()) continue;
    fs::permissions(entry.path(), fs::perms::owner_all);
    write_file(entry.path().string(), "rubbish");
  }
  REQUIRE(watched.remove_by_hand(watched.ids().front()));
  CHECK(watched.until([&] { return watched.containers() == kTwo; }));
  watched.stop();
  CHECK(watched.lines.count("error[") == 0);
}

TEST_CASE("asked to stop in the middle of an apply, the watch ends at a step's end, and the next goes on from there") {
  Watched watched;
  watched.push({.copies = 6, .simulator = "delay = 200ms"}, "slow");
  auto options = watched.options();
  options.parallelism = 2;
  watched.start(options);
  REQUIRE(watched.until([&] { return watched.containers().size() >= 2; }));
  const WatchEnd end = watched.stop();
  INFO(watched.lines.text());
  CHECK(end.interrupted);
  const auto state = watched.state();
  CHECK(state.intents.empty());
  CHECK(watched.recorded() == watched.containers().size());
  CHECK(watched.containers().size() < 6);
  watched.start(options);
  CHECK(watched.until([&] { return watched.containers().size() == 6; }));
  CHECK(watched.stop().succeeded);
}

TEST_CASE("while another run holds the state, the watch waits its turn") {
  Watched watched;
  watched.push({}, "first");
  REQUIRE(watched.once());
  auto store = watched.open_store();
  REQUIRE(store);
  auto lock = (*store)->lock({.user = "eve", .host = "there", .command = "infra apply", .process = 7, .since = {}});
  REQUIRE(lock);
  watched.push({.copies = 3}, "second");
  watched.start(watched.options());
  REQUIRE(watched.until([&] { return watched.lines.count("E0501") == 1; }));
  CHECK(watched.containers() == kTwo);
  lock->reset();
  CHECK(watched.until([&] { return watched.containers().size() == 3; }));
  watched.stop();
}

TEST_CASE("once: one pass, and whether it went well") {
  Watched watched;
  CHECK_FALSE(watched.once()->succeeded);  // nothing was ever pushed
  watched.push({}, "first");
  CHECK(watched.once()->succeeded);
  CHECK(watched.containers() == kTwo);
  CHECK(watched.once()->succeeded);
  watched.push({.extra = "nonsense"}, "second");
  CHECK_FALSE(watched.once()->succeeded);
  watched.push({.simulator = "fail = [\"service.web/2\"]"}, "third");
  CHECK(watched.once()->succeeded);
  watched.push({.copies = 3, .simulator = "fail = [\"service.web/2\"]"}, "fourth");
  CHECK_FALSE(watched.once()->succeeded);
  CHECK(watched.lines.count("failed service.web") == 1);
  CHECK(watched.containers() == kTwo);
}

TEST_CASE("params of the command line reach the stack") {
  Watched watched;
  watched.push({.extra = "param size: Int\nservice more { cluster = core; task = web; desired = size }\n"}, "first");
  auto options = watched.options();
  options.params["size"] = {.text = "1", .origin = "--set size=1"};
  watched.start(options);
  CHECK(watched.until([&] { return watched.containers().size() == 3; }));
  watched.stop();
}

TEST_CASE("an image is built from the commit's own files, and not from a submodule") {
  Watched watched;
  const Shape shape{.extra = "image app { context = \"./app\" }\n"};
  write_file(watched.repository / "deploy/app/Dockerfile", "FROM scratch\n");
  watched.push(shape, "first");
  REQUIRE(watched.once()->succeeded);
  const auto head = watched.repository.git("rev-parse HEAD");
  watched.repository.git("update-index --add --cacheinfo 160000," + head + ",deploy/app/lib");
  watched.repository.git("commit -q -m submodule");
  CHECK_FALSE(watched.once()->succeeded);
  INFO(watched.lines.text());
  CHECK(watched.lines.count("is a submodule") == 1);
}

TEST_CASE("what no retry can cure ends the watch at once") {
  Watched watched;
  watched.push({}, "first");
  auto options = watched.options();
  const Platforms none({});
  const auto code = [&] {
    const auto end = watch(
        options, none, [&] { return watched.open_store(); }, watched.cancel, watched.lines);
    return end ? "ok" : end.error().code;
  };
  options.repo = "ext::sh -c date";
  CHECK(code() == "E0801");
  options = watched.options();
  options.branch = "a..b";
  CHECK(code() == "E0804");
  options = watched.options();
  options.path = "../x";
  CHECK(code() == "E0005");
  CHECK(watched.lines.text().empty());
}

TEST_CASE("a stack without a name is called as its folder, else as the repository") {
  CHECK(default_stack_name("", "shop") == "shop");
  CHECK(default_stack_name(".", "shop") == "shop");
  CHECK(default_stack_name("a/deploy/", "shop") == "deploy");
  CHECK(default_stack_name("deploy", "shop") == "deploy");
}

TEST_CASE("a pass goes on to the stage for which the first one made way") {
  Watched watched;
  const auto far = watched.folder / "far";
  watched.push(
      {.extra = "task gate { network = bridge; container m { image = \"gate:1\"; port http { container = 80 } } }\n"
                "service gate { cluster = core; task = gate }\n"
                "simulator far { file = service.gate.urls[0].starts_with(\"http\") ? \"" +
                far +
                "\" : \"none\" }\n"
                "cluster edge { platform = far }\n"
                "service remote { cluster = edge; task = task.web; platform = far }\n"},
      "two stages");
  const auto end = watched.once();
  INFO(watched.lines.text());
  REQUIRE(end);
  CHECK(end->succeeded);
  CHECK(watched.lines.count("done in") == 1);
  CHECK(watched.lines.count("2 to create") == 1);
  CHECK(watched.lines.count("1 to create") == 1);
  CHECK(watched.containers().size() == 3);
  CHECK(watched.recorded() == 4);
  CHECK(fs::exists(far));
}
