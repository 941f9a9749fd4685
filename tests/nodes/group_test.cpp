// Tasks with a pause container, their files, secrets, limits and volumes, on a real engine. What a container sees is
// read where it runs: below /proc/PID/root.
#include <fmt/format.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tests/nodes/nodes_world.h"

namespace infra::testing {

using Catch::Contains;

namespace {

Map container(std::initializer_list<Entry> more = {}) {
  Map out = record({{"image", kApp}, {"stop_timeout", Duration{1'000}}, {"start_timeout", Duration{20'000}}});
  for (const auto& [name, value] : more) out.set(name, value);
  return out;
}

Map task(Map containers, const std::string& mode = "bridge") {
  return record({{"node", "a"}, {"name", "shop-group"}, {"mode", mode}, {"containers", std::move(containers)}});
}

Value port(int number) { return record({{"PORT", fmt::format("{}", number)}}); }

// `db`, then `api` when `db` is healthy, then `front`.
Map three(const std::string& network) {
  auto out = task(record({{"db", container({{"env", port(8080)}, {"health", app_health()}})},
                          {"api", container({{"env", port(8081)}, {"after", record({{"db", "healthy"}})}})},
                          {"front", container({{"env", port(8082)}, {"after", record({{"api", "started"}})}})}}),
                  "network");
  out.set("networks", List(1, Value(network)));
  out.set("aliases", List({"api"}));
  return out;
}

std::string of_engine(std::vector<std::string> arguments) {
  const auto lines = world().engine.lines(std::move(arguments));
  return lines.empty() ? "" : lines.front();
}

std::string pid_of(const std::string& id) { return of_engine({"inspect", id, "-f", "{{.State.Pid}}"}); }

std::string read_all(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A container's file, as its node sees it.
std::string path_in(const std::string& id, const std::string& path) {
  return fmt::format("/proc/{}/root{}", pid_of(id), path);
}

std::string seen_in(const std::string& id, const std::string& path) { return read_all(path_in(id, path)); }

std::string pause_of(const Stage& stage) {
  for (const auto& id : world().engine.containers("infra.lineage=" + stage.owner().lineage)) {
    if (of_engine({"inspect", id, "-f", "{{index .Config.Labels \"infra.container\"}}"}).empty()) return id;
  }
  return {};
}

bool comes_to(const Stage& stage, Health::Now health) {
  for (int i = 0; i < 150; ++i) {
    const auto seen = stage.seen("service.group/0");
    if (seen && seen->health.now == health) return true;
    run({"sleep", "0.1"});
  }
  return false;
}

bool reaches(const std::string& id, const std::string& url) {
  for (int i = 0; i < 50; ++i) {
    if (world().engine.docker({"exec", id, "/infra_testapp", "check", url}).code == 0) return true;
    run({"sleep", "0.1"});
  }
  return false;
}

void check_talk_to_each_other(const ObjectResult& made) {
  CHECK(reaches(container_of(made, "front"), "http://127.0.0.1:8080/healthz"));
  CHECK(reaches(container_of(made, "db"), "http://127.0.0.1:8082/healthz"));
}

Value file(const std::string& path, Value content, std::initializer_list<Entry> more = {}) {
  Map out = record({{"path", path}, {"content", std::move(content)}});
  for (const auto& [name, value] : more) out.set(name, value);
  return out;
}

}  // namespace

TEST_CASE("a group shares the network of its pause container, which is none of its containers") {
  Stage stage;
  const auto made = stage.must_create("service.group/0", "task", three(subnet_network(stage, "shop-group", 79)));
  REQUIRE(comes_to(stage, Health::healthy));
  CHECK(made.outputs["containers"].map()->size() == 3);
  CHECK(made.outputs["address"].string()->starts_with("10.79.0."));
  const auto pause = pause_of(stage);
  REQUIRE_FALSE(pause.empty());
  CHECK(of_engine({"inspect", container_of(made, "db"), "-f", "{{.HostConfig.NetworkMode}}"}) == "container:" + pause);
  check_talk_to_each_other(made);
  CHECK(stage.destroy("service.group/0"));
  CHECK(world().engine.containers("infra.lineage=" + stage.owner().lineage).empty());
}

TEST_CASE("a group comes back whole after the engine has been restarted, and after any of its processes has died") {
  Stage stage;
  const auto made = stage.must_create("service.group/0", "task", three(subnet_network(stage, "shop-group", 79)));
  REQUIRE(comes_to(stage, Health::healthy));
  for (int i = 0; i < 2; ++i) {
    world().engine.restart();
    CHECK(comes_to(stage, Health::healthy));
    check_talk_to_each_other(made);
  }
  for (const auto* label : {"db", "api", "front"}) {
    INFO(label);
    run({"kill", "-9", pid_of(container_of(made, label))});
    CHECK(reaches(container_of(made, "front"), "http://127.0.0.1:8080/healthz"));
    CHECK(reaches(container_of(made, "db"), "http://127.0.0.1:8082/healthz"));
    CHECK(reaches(container_of(made, "api"), "http://127.0.0.1:8081/healthz"));
  }
  CHECK(comes_to(stage, Health::healthy));
}

TEST_CASE("a group whose pause container died is seen to be without a network") {
  Stage stage;
  stage.must_create("service.group/0", "task", three(subnet_network(stage, "shop-group", 79)));
  REQUIRE(comes_to(stage, Health::healthy));
  run({"kill", "-9", pid_of(pause_of(stage))});
  CHECK(comes_to(stage, Health::stopped));
  CHECK_THAT(stage.seen("service.group/0")->health.detail, Contains("pause container"));
}

TEST_CASE("secret files are refused before anything is touched where they would be on a disk") {
  if (!on_podman()) return;
  Stage stage;
  const auto inputs =
      task(record({{"web", container({{"files", List({file("/run/secrets/key", Value::secret(Value("hush")))})}})}}));
  const auto refused =
      stage.provider().preflight({{.address = *Address::parse("service.group/0"), .type = "task", .inputs = inputs}});
  REQUIRE(refused.size() == 1);
  CHECK(refused.front().certain);
  CHECK(refused.front().error.code == "E0610");
  CHECK_THAT(refused.front().error.message, Contains("node `a` is Podman") && Contains("on its disk"));
  CHECK_THAT(refused.front().error.help, Contains("secrets = {"));
  const auto made = stage.create("service.group/0", "task", inputs);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == "E0610");
  CHECK(world().engine.containers("infra.lineage=" + stage.owner().lineage).empty());
}

TEST_CASE("a secret file is in memory only, and back after the engine has been restarted", "[docker]") {
  Stage stage;
  const Value secret = Value::secret(Value("hush\nhush"));
  const auto made = stage.must_create(
      "service.group/0", "task",
      task(record({{"web", container({{"read_only", true},
                                      {"files", List({file("/run/secrets/password", secret,
                                                           {{"mode", "0400"}, {"owner", "101:102"}})})}})}})));
  REQUIRE(comes_to(stage, Health::healthy));
  const auto id = container_of(made, "web");
  const auto check = [&] {
    CHECK(seen_in(id, "/run/secrets/password") == "hush\nhush");
    struct stat info {};
    REQUIRE(stat(path_in(id, "/run/secrets/password").c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0400);
    CHECK(info.st_uid == 101);
    CHECK(info.st_gid == 102);
    CHECK_THAT(read_all(fmt::format("/proc/{}/mounts", pid_of(id))), Contains("tmpfs /run/secrets tmpfs ro"));
  };
  check();
  world().engine.restart();
  REQUIRE(comes_to(stage, Health::healthy));
  check();
  run({"kill", "-9", pid_of(pause_of(stage))});
  CHECK(comes_to(stage, Health::healthy));
  check();
  const auto everything = world().engine.docker({"inspect", id, pause_of(stage)}).output +
                          world().engine.docker({"inspect", "-f", "{{json .}}", id}).output;
  CHECK_THAT(everything, !Contains("hush"));
  CHECK(stage.destroy("service.group/0"));
  CHECK(world().engine.lines({"volume", "ls", "-q"}).empty());
}

TEST_CASE("files have their content, mode and owner; a secret one elsewhere is a link into memory", "[docker]") {
  Stage stage;
  const auto made = stage.must_create(
      "service.group/0", "task",
      task(record(
          {{"web", container({{"files",
                               List({file("/etc/new/app.conf", "port = 1\n", {{"mode", "0640"}, {"owner", "7"}}),
                                     file("/etc/plain", "x"), file("/etc/pass", Value::secret(Value("hush")))})}})}})));
  REQUIRE(comes_to(stage, Health::healthy));
  const auto id = container_of(made, "web");
  CHECK(seen_in(id, "/etc/new/app.conf") == "port = 1\n");
  struct stat info {};
  REQUIRE(stat(path_in(id, "/etc/new/app.conf").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0640);
  CHECK(info.st_uid == 7);
  CHECK(info.st_gid == 7);
  REQUIRE(stat(path_in(id, "/etc/plain").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0644);
  CHECK(run({"readlink", path_in(id, "/etc/pass")}).output.starts_with("/run/secrets/file-"));
}

TEST_CASE("limits, rights, memory folders and logs are as they were asked for") {
  Stage stage;
  const auto made = stage.must_create(
      "service.group/0", "task",
      task(record({{"web", container({{"ulimits", record({{"nofile", 4321}, {"nproc", 16384}})},
                                      {"tmpfs", record({{"/scratch", Bytes{std::int64_t{8} << 20U}}})},
                                      {"capabilities", record({{"add", List({"NET_ADMIN"})}, {"drop", List({"ALL"})}})},
                                      {"user", "12:34"},
                                      {"log", record({{"max_size", Bytes{1'000'000}}, {"max_files", 2}})}})},
                   {"other", container({{"env", port(8081)}})}})));
  REQUIRE(comes_to(stage, Health::healthy));
  const auto pid = pid_of(container_of(made, "web"));
  CHECK_THAT(read_all(fmt::format("/proc/{}/limits", pid)), Contains("4321                 4321"));
  CHECK_THAT(read_all(fmt::format("/proc/{}/mounts", pid)), Contains("tmpfs /scratch tmpfs") && Contains("size=8192k"));
  CHECK_THAT(read_all(fmt::format("/proc/{}/status", pid)),
             Contains("Uid:\t12\t12") && Contains("Gid:\t34\t34") && Contains("CapBnd:\t0000000000001000"));
  const auto log_of = [&](const std::string& label) {
    return of_engine({"inspect", container_of(made, label), "-f", "{{json .HostConfig.LogConfig}}"});
  };
  if (on_podman()) return;  // it doesn't show what bounds a log
  CHECK(log_of("web") == R"({"Type":"json-file","Config":{"max-file":"2","max-size":"1000000"}})");
  CHECK(log_of("other") == R"({"Type":"json-file","Config":{"max-file":"3","max-size":"10485760"}})");
}

TEST_CASE("a task's volume is shared in it and goes with it; a named one stays, with what is in it") {
  Stage stage;
  const TempFolder folder;
  folder.write("from-the-node", "1");
  const auto mount = [](const char* kind, const char* path, const char* volume, const std::string& source) {
    Map out = record({{"kind", kind}, {"path", path}, {"volume", volume}});
    if (!source.empty()) out.set("source", source);
    return Value(std::move(out));
  };
  const auto with = [&](int number) {
    return container(
        {{"env", port(number)},
         {"mounts", List({mount("task", "/shared", "shared", ""), mount("named", "/data", "data", "shop-group-data"),
                          mount("host", "/host", "host", folder.path().string())})}});
  };
  const auto inputs = task(record({{"web", with(8080)}, {"other", with(8081)}}));
  auto made = stage.must_create("service.group/0", "task", inputs);
  REQUIRE(comes_to(stage, Health::healthy));
  const auto inside = [&](const std::string& label, const std::string& path) {
    return path_in(container_of(made, label), path);
  };
  std::ofstream(inside("web", "/shared/note")) << "shared";
  std::ofstream(inside("web", "/data/note")) << "kept";
  CHECK(read_all(inside("other", "/shared/note")) == "shared");
  CHECK(read_all(inside("other", "/host/from-the-node")) == "1");
  CHECK(of_engine({"volume", "inspect", "shop-group-data", "-f", "{{index .Labels \"infra.stack\"}}"}) ==
        stage.owner().stack);
  CHECK(stage.destroy("service.group/0"));
  CHECK(world().engine.lines({"volume", "ls", "-q"}) == std::vector<std::string>{"shop-group-data"});
  const auto hosts = stage.observe().hosts;
  REQUIRE(hosts.size() == 1);
  CHECK(hosts.front().labels.contains("infra.volume/shop-group-data"));
  made = stage.must_create("service.group/0", "task", inputs);
  REQUIRE(comes_to(stage, Health::healthy));
  CHECK(read_all(inside("web", "/data/note")) == "kept");
  CHECK(stage.destroy("service.group/0"));
  world().engine.lines({"volume", "rm", "shop-group-data"});
}

}  // namespace infra::testing
