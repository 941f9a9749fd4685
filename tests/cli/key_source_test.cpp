#include "keys/key_source.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>

#include "keys/key_command.h"
#include "keys/key_draft.h"
#include "keys/key_file.h"

using namespace infra;

namespace {

namespace fs = std::filesystem;

constexpr const char* kHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr const char* kOther = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHhw=";

// A folder of its own, with a state in it.
struct Place {
  Place() : folder(fs::temp_directory_path() / ("infra-key-" + std::to_string(::getpid()))) {
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  ~Place() { fs::remove_all(folder); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    const auto path = folder / name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
  }
  Result<std::optional<Keys>> find(Keyring::Missing missing = Keyring::Missing::refuse) {
    return find_keys({.file = key_file_beside((folder / ".infra" / "state.db").string()),
                      .variable = [this](const char* name) { return variables[name]; },
                      .tell = [this](const std::string& line) { told.push_back(line); },
                      .redactor = redactor},
                     missing);
  }
  std::string id() {
    const auto found = find();
    return found && *found ? (*found)->all.front().id() : found ? "none" : found.error().message;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder / name).string(); }

  fs::path folder;
  std::map<std::string, std::string> variables;
  std::vector<std::string> told;
  std::shared_ptr<Redactor> redactor = std::make_shared<Redactor>();
};

std::string id_of(const char* text) { return BoxKey::parse(text)->id(); }

}  // namespace

TEST_CASE("a key comes from a variable, a file or a command, the first that is there") {
  Place place;
  CHECK(place.id() == "none");
  place.write("key", std::string("# mine\n\n") + kHex + "\n");
  place.variables["INFRA_KEY_COMMAND"] = "sh -c 'echo " + std::string(kOther) + "'";
  CHECK(place.id() == id_of(kOther));
  place.variables["INFRA_KEY_FILE"] = place.path("key");
  CHECK(place.id() == id_of(kHex));
  place.variables["INFRA_KEY"] = kOther;
  CHECK(place.id() == id_of(kOther));
  CHECK(place.told.empty());
}

TEST_CASE("several keys may stand in a row, the newest first") {
  Place place;
  place.variables["INFRA_KEY"] = std::string(kOther) + "," + kHex;
  const auto found = place.find();
  REQUIRE(found);
  REQUIRE((*found)->all.size() == 2);
  CHECK((*found)->all[0].id() == id_of(kOther));
  CHECK((*found)->all[1].id() == id_of(kHex));
}

TEST_CASE("what isn't a key is refused without being repeated") {
  Place place;
  place.variables["INFRA_KEY"] = "hunter2";
  CHECK(place.id() == "the variable INFRA_KEY is not a key");
  place.variables["INFRA_KEY"] = std::string(kHex) + " hunter2";
  CHECK(place.id() == "the variable INFRA_KEY is not a key");
  place.variables = {{"INFRA_KEY_FILE", place.path("missing")}};
  CHECK(place.id() == "INFRA_KEY_FILE names " + place.path("missing") + ", which isn't there");
  place.write("empty", "# nothing\n");
  place.variables = {{"INFRA_KEY_FILE", place.path("empty")}};
  CHECK(place.id() == "the file " + place.path("empty") + " is not a key");
}

TEST_CASE("a key file that others may read is refused") {
  Place place;
  place.variables["INFRA_KEY_FILE"] = place.path("key");
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    place.write("key", kHex, mode);
    const auto found = place.find();
    REQUIRE_FALSE(found);
    CHECK(found.error().code == "E0521");
    CHECK(found.error().help.find("chmod 600 ") == 0);
  }
  place.write("key", kHex, 0400);
  CHECK(place.id() == id_of(kHex));
}

TEST_CASE("the usual file is made when it is needed, once, private, and kept out of git") {
  Place place;
  const auto made = place.find(Keyring::Missing::make);
  REQUIRE(made);
  REQUIRE(*made);
  REQUIRE(place.told.size() == 1);
  CHECK(place.told[0].find((*made)->all.front().id()) != std::string::npos);
  CHECK(place.told[0].find((*made)->all.front().text()) == std::string::npos);
  struct stat info {};
  REQUIRE(::stat(place.path(".infra/key").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600);
  std::string ignored;
  std::getline(std::ifstream(place.path(".infra/.gitignore")), ignored);
  CHECK(ignored == "*");
  CHECK(place.id() == (*made)->all.front().id());
  CHECK((*place.find(Keyring::Missing::make))->all.front().id() == (*made)->all.front().id());
  CHECK(place.told.size() == 1);
  CHECK(place.redactor->clean("got " + (*made)->all.front().text()) == "got ***");
}

TEST_CASE("a second one who makes the key takes the first one's") {
  Place place;
  REQUIRE(*make_key_file(place.path(".infra/key")));
  const auto first = place.id();
  const auto again = make_key_file(place.path(".infra/key"));
  REQUIRE(again);
  CHECK_FALSE(*again);
  CHECK(place.id() == first);
  CHECK(std::distance(fs::directory_iterator(place.path(".infra")), {}) == 2);  // and no draft stays
}

TEST_CASE("a key file is replaced as a whole") {
  Place place;
  REQUIRE(*make_key_file(place.path(".infra/key")));
  const auto next = BoxKey::random();
  REQUIRE(replace_key_file(place.path(".infra/key"), {next, *BoxKey::parse(kHex)}));
  CHECK(place.id() == next.id());
}

namespace {

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

// A run that is killed while it writes the key file.
void leave_draft(const std::string& path) {
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto draft = KeyDraft::write(path, kHex);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("what a killed run left of a key file goes with the next one that writes it") {
  Place place;
  fs::create_directories(place.path(".infra"));
  const auto key = place.path(".infra/key");
  leave_draft(key);
  REQUIRE(names_in(place.path(".infra")).size() == 1);
  REQUIRE(*make_key_file(key));
  CHECK(names_in(place.path(".infra")) == std::vector<std::string>{".gitignore", "key"});
  leave_draft(key);
  leave_draft(key);
  REQUIRE(names_in(place.path(".infra")).size() == 4);
  REQUIRE(replace_key_file(key, {BoxKey::random()}));
  CHECK(names_in(place.path(".infra")) == std::vector<std::string>{".gitignore", "key"});
}

TEST_CASE("whoever writes the key file leaves alone what isn't a draft of it") {
  Place place;
  const auto key = place.path(".infra/key");
  REQUIRE(*make_key_file(key));
  const std::vector<std::string> mine = {
      "key.backup",                    // a copy of the user's
      "key.old",                       // another
      "key.abcdefgh",                  // as a draft was once called
      "key.draft-mine",                // too short
      "key.draft-0123456789abcdefg",   // too long
      "key.draft-0123456789ABCDEF",    // other letters
      "key.draft-0123456789abcde.",    // other letters
      "other.draft-0123456789abcdef",  // of another file
  };
  for (const auto& name : mine) place.write(".infra/" + name, kHex);
  fs::create_directory(place.path(".infra/key.draft-0000000000000000"));
  fs::create_symlink("key.old", place.path(".infra/key.draft-1111111111111111"));
  place.write(".infra/key.draft-2222222222222222", kHex);
  REQUIRE(replace_key_file(key, {BoxKey::random()}));
  for (const auto& name : mine) CHECK(fs::exists(place.path(".infra/" + name)));
  CHECK(fs::exists(place.path(".infra/key.draft-0000000000000000")));
  CHECK(fs::is_symlink(place.path(".infra/key.draft-1111111111111111")));
  CHECK_FALSE(fs::exists(place.path(".infra/key.draft-2222222222222222")));
}

TEST_CASE("the draft of a run that lives is not taken from it") {
  Place place;
  const auto key = place.path(".infra/key");
  REQUIRE(*make_key_file(key));
  auto draft = KeyDraft::write(key, std::string(kHex) + "\n");
  REQUIRE(draft);
  REQUIRE(replace_key_file(key, {BoxKey::random()}));
  REQUIRE(draft->replace());
  CHECK(place.id() == id_of(kHex));
}

TEST_CASE("the key lies in a folder that is infra's own") {
  CHECK(key_file_beside("app/.infra/state.db") == "app/.infra/key");
  CHECK(key_file_beside("/var/states/shop.db") == "/var/states/.infra/key");
  CHECK(key_file_beside("shop.db") == ".infra/key");
}

namespace {

struct Command {
  explicit Command(const std::string& command, std::chrono::milliseconds deadline = std::chrono::seconds(20))
      : result(run_key_command(command, deadline, [this](const std::string& line) { told.push_back(line); })) {}
  std::vector<std::string> told;
  Result<std::string> result;
  [[nodiscard]] std::string message() const { return result ? "printed " + *result : result.error().message; }
};

}  // namespace

TEST_CASE("a key command is words, not a program for a shell") {
  CHECK(Command("printf '%s|%s' 'a b' \"c  d\"").message() == "printed a b|c  d");
  ::setenv("INFRA_TEST_WORDS", "; echo $(id) `id`", 1);
  CHECK(Command("echo \"$INFRA_TEST_WORDS\"").message() == "printed ; echo $(id) `id`\n");
  ::unsetenv("INFRA_TEST_WORDS");
  for (const auto* command :
       {"echo a; echo b", "echo a | cat", "echo $(id)", "echo `id`", "echo a > b", "echo 'open"}) {
    CHECK(Command(command).message() == "INFRA_KEY_COMMAND: it can't be split into words");
  }
  CHECK(Command("echo $INFRA_TEST_WORDS").message() == "INFRA_KEY_COMMAND: it names a variable that isn't set");
  CHECK(Command("  ").message() == "INFRA_KEY_COMMAND: it is empty");
}

TEST_CASE("a key command that fails says how") {
  CHECK(Command("/no/such/program").message() ==
        "INFRA_KEY_COMMAND: /no/such/program can't be started: No such file or directory");
  CHECK(Command("sh -c 'exit 3'").message() == "INFRA_KEY_COMMAND: sh failed with exit code 3");
  CHECK(Command("sh -c 'kill -9 $$'").message() == "INFRA_KEY_COMMAND: sh died of signal 9");
  CHECK(Command("yes").message() == "INFRA_KEY_COMMAND: it prints far more than a key");
  CHECK(Command("sleep 30", std::chrono::milliseconds(200)).message() ==
        "INFRA_KEY_COMMAND: it took too long and was stopped");
}

TEST_CASE("a key command gets no input, and isn't waited for once it has ended") {
  CHECK(Command("sh -c 'cat; echo end'").message() == "printed end\n");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(Command("sh -c 'sleep 15 & echo key'").message() == "printed key\n");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("what a key command says is passed on without the key") {
  const Command command("sh -c 'echo touch the token >&2; echo \"got key=" + std::string(kOther) + " and " + kHex +
                        "\" >&2; printf \"no newline\" >&2; echo " + kOther + "'");
  REQUIRE(command.result);
  CHECK(command.told == std::vector<std::string>{"touch the token", "got key=*** and ***", "no newline"});
}
