// Nothing that is typed is ignored: every argument of every command is misspelt in turn, and each time the run is
// refused, and nothing is done.
#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "cli/app.h"
#include "tests/transcript/transcript.h"

namespace {

namespace fs = std::filesystem;
using namespace infra;

constexpr const char* kNonsense = "no-such-thing";

// What a place takes that is right; of a command's own before that of any.
const std::map<std::string, std::string>& right_values() {
  static const std::map<std::string, std::string> kValues = {
      {"DIR", "app"},           {"ADDRESS", "service.api"},
      {"FROM", "service.api"},  {"TO", "service.other"},
      {"NAME", "pw"},           {"ID", "x"},
      {"FORM", "state"},        {"CODE", "E0405"},
      {"KIND|DIR", "task"},     {"SHELL", "bash"},
      {"COMMAND", "plan"},      {"CMD", "ls"},
      {"PLACES", "app"},        {"REPO", "app"},
      {"LEASE", "1"},           {"state push FILE", "copy"},
      {"FILE", "compose.yaml"}, {"import ecs FILE", "ecs.json"},
  };
  return kValues;
}

// Places where any text is right, and why.
const std::map<std::string, std::string>& free_places() {
  static const std::map<std::string, std::string> kFree = {
      {"--out", "a file or folder that is written"},
      {"--junit", "a file that is written"},
      {"init DIR", "a folder that is made"},
      {"plan --state", "a state that an apply would make"},
      {"apply --state", "a state that is made"},
      {"import --state", "a state that is made"},
      {"secret set --state", "a state that is made"},
      {"state push --state", "a state that is made"},
      {"watch --state", "a state that is made"},
      {"show --state", "the plan of a state that an apply would make"},
      {"doctor --state", "whether it could be made is what is asked"},
      {"exec CMD", "the container says what it has"},
      {"run CMD", "the container says what it has"},
      {"import ID", "what an object is called only its platform knows"},
  };
  return kFree;
}

std::string short_name(const CLI::App& command) { return cli::full_name(command).substr(6); }  // without "infra "

bool is_free(const CLI::App& command, const std::string& place) {
  return free_places().contains(place) || free_places().contains(short_name(command) + " " + place);
}

std::string right_value(const CLI::App& command, const std::string& place) {
  const auto own = right_values().find(short_name(command) + " " + place);
  if (own != right_values().end()) return own->second;
  const auto any = right_values().find(place);
  return any == right_values().end() ? "" : any->second;
}

std::vector<const CLI::App*> leaves(const CLI::App& app) {
  std::vector<const CLI::App*> out;
  for (const auto* below : cli::subcommands_of(app)) {
    const auto further = leaves(*below);
    out.insert(out.end(), further.begin(), further.end());
    const bool itself = further.empty() || below->get_name() == "import";
    if (itself) out.push_back(below);
  }
  return out;
}

std::string place_of(const CLI::Option& option) {
  return option.get_positional() ? option.get_name() : "--" + option.get_lnames().front();
}

// A command line in which everything is right but `wrong`.
std::string line_with(const CLI::App& command, const CLI::Option& wrong) {
  std::string line = cli::full_name(command);
  for (const auto* option : command.get_options()) {
    if (!option->get_positional()) continue;
    const auto value = option == &wrong ? std::string(kNonsense) : right_value(command, place_of(*option));
    if (!value.empty()) line += fmt::format(" '{}'", value);
  }
  if (!wrong.get_positional()) line += fmt::format(" {} {}", place_of(wrong), kNonsense);
  for (const auto* option : command.get_options()) {
    if (option->get_positional()) continue;
    for (const auto* quiet : {"--yes", "--once"}) {
      if (option->check_name(quiet)) line += fmt::format(" {}", quiet);
    }
  }
  return line + " < /dev/null";
}

class ArgumentsFolder {
 public:
  ArgumentsFolder() : folder_(fs::temp_directory_path() / fmt::format("infra-arguments-{}", ::getpid())) {
    fs::create_directories(folder_ / "app");
    std::ofstream(folder_ / "app" / "app.infra")
        << "param pw: Secret<String> = \"x\"\nparam copies: Int = 1\nsimulator sim { }\nplatform = sim\n"
           "cluster core { }\ntask t { container web { image = \"web:1\" } }\n"
           "service api { cluster = core; task = t; desired = copies }\noutput image: String = \"web:1\"\n";
    std::ofstream(folder_ / "compose.yaml") << "services: { web: { image: \"web:1\" } }\n";
    std::ofstream(folder_ / "ecs.json")
        << R"({"family": "web", "containerDefinitions": [{"name": "a", "image": "b:1"}]})";
    REQUIRE(run("infra apply -y app && infra apply -y app --set copies=2 && infra state pull app > copy").exit_code ==
            0);
  }
  ~ArgumentsFolder() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  [[nodiscard]] transcript::Outcome run(const std::string& line) const {
    return transcript::run(line, folder_.string(),
                           {{"PATH", INFRA_BINARY_DIR ":/usr/bin:/bin"},
                            {"HOME", folder_.string()},
                            {"LC_ALL", "C.UTF-8"},
                            {"TERM", "dumb"}});
  }
  [[nodiscard]] std::string recorded() const {
    std::string out;
    for (const auto& line : run("infra show state app; infra history app").lines) out += line + "\n";
    return out;
  }

 private:
  fs::path folder_;
};

std::string all_lines(const transcript::Outcome& outcome) {
  std::string out;
  for (const auto& line : outcome.lines) out += line + "\n";
  return out;
}

}  // namespace

TEST_CASE("every command refuses every argument that is misspelt, and does nothing") {
  CLI::App app{"infra", "infra"};
  cli::Chosen unused;
  cli::build_app(app, unused);
  const ArgumentsFolder place;
  const auto before = place.recorded();
  std::size_t tried = 0;
  for (const auto* command : leaves(app)) {
    for (const auto* option : command->get_options()) {
      const bool takes = option->get_positional() || option->get_items_expected_max() > 0;
      if (!takes || is_free(*command, place_of(*option))) continue;
      const auto line = line_with(*command, *option);
      const auto outcome = place.run(line);
      INFO(line << "\n" << all_lines(outcome));
      CHECK(outcome.exit_code == 1);
      CHECK(all_lines(outcome).find("error[E") != std::string::npos);
      ++tried;
    }
    const auto unknown = place.run(cli::full_name(*command) + " --no-such-option < /dev/null");
    INFO(cli::full_name(*command) << " --no-such-option\n" << all_lines(unknown));
    CHECK(unknown.exit_code == 1);
    CHECK(all_lines(unknown).find("error[E") != std::string::npos);
  }
  CHECK(tried > 150);
  CHECK(place.recorded() == before);
}

TEST_CASE("what is free text is a place that there is") {
  CLI::App app{"infra", "infra"};
  cli::Chosen unused;
  cli::build_app(app, unused);
  std::set<std::string> places;
  for (const auto* command : leaves(app)) {
    for (const auto* option : command->get_options()) {
      places.insert(place_of(*option));
      places.insert(short_name(*command) + " " + place_of(*option));
    }
  }
  for (const auto& [name, reason] : free_places()) {
    INFO(name);
    CHECK(places.contains(name));
  }
}
