#include "tests/transcript/transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace infra::transcript {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool is_command(const std::string& line) { return line.starts_with("  $ "); }
bool is_indented(const std::string& line) {
  return line.starts_with("  ") && line.find_first_not_of(' ') != std::string::npos;
}

// A blank line belongs to the output if more output follows it.
bool output_goes_on(const std::vector<std::string>& lines, std::size_t at) {
  while (at < lines.size() && lines[at].empty()) ++at;
  return at < lines.size() && is_indented(lines[at]) && !is_command(lines[at]);
}

bool is_exit_code(const std::string& line) {
  return line.size() > 2 && line.front() == '[' && line.back() == ']' &&
         line.find_first_not_of("0123456789", 1) == line.size() - 1;
}

Command parse_command(const std::vector<std::string>& lines, std::size_t& at) {
  Command command{.script = lines[at++].substr(4), .expected = {}};
  while (at < lines.size() && lines[at].starts_with("  > ")) command.script += "\n" + lines[at++].substr(4);
  while (at < lines.size() && !is_command(lines[at]) && output_goes_on(lines, at)) {
    command.expected.push_back(lines[at].empty() ? "" : lines[at].substr(2));
    ++at;
  }
  if (!command.expected.empty() && is_exit_code(command.expected.back())) {
    command.exit_code = std::atoi(command.expected.back().c_str() + 1);
    command.expected.pop_back();
  }
  return command;
}

std::string read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("can't read " + file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string indented(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line.empty() ? "\n" : fmt::format("  {}\n", line);
  return out;
}

std::string difference(const Command& command, const Outcome& outcome) {
  return fmt::format("$ {}\nexpected, exit code {}:\n{}came out, exit code {}:\n{}\n", command.script,
                     command.exit_code, indented(command.expected), outcome.exit_code, indented(outcome.lines));
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "infra-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("can't make a temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;  // what a test has made unreadable stays in the temporary folder
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Values that are chosen anew in each run, shown by the names of their variables.
constexpr std::string_view kChosen[] = {"DIR", "ENGINE", "REGISTRY"};

void hide(Outcome& outcome, const std::string& value, const std::string& name) {
  for (auto& line : outcome.lines) {
    for (auto at = line.find(value); at != std::string::npos; at = line.find(value, at + name.size())) {
      line.replace(at, value.size(), name);
    }
  }
}

void hide_chosen(Outcome& outcome, const std::map<std::string, std::string>& environment) {
  for (const auto name : kChosen) {
    const auto found = environment.find(std::string(name));
    if (found != environment.end()) hide(outcome, found->second, fmt::format("${}", name));
  }
}

}  // namespace

Transcript parse(const std::string& text) {
  Transcript transcript;
  const auto lines = split(text);
  std::vector<std::string> prose;
  for (std::size_t at = 0; at < lines.size();) {
    if (is_command(lines[at])) {
      transcript.parts.push_back({std::exchange(prose, {}), parse_command(lines, at)});
    } else {
      prose.push_back(lines[at++]);
    }
  }
  transcript.ending = std::move(prose);
  return transcript;
}

std::string print(const Transcript& transcript) {
  std::string out;
  for (const auto& [prose, command] : transcript.parts) {
    for (const auto& line : prose) out += line + "\n";
    const char* prompt = "  $ ";
    for (const auto& line : split(command.script)) out += std::exchange(prompt, "  > ") + line + "\n";
    out += indented(command.expected);
    if (command.exit_code != 0) out += fmt::format("  [{}]\n", command.exit_code);
  }
  for (const auto& line : transcript.ending) out += line + "\n";
  return out;
}

std::string check(const std::string& file, const std::map<std::string, std::string>& environment) {
  const TemporaryFolder folder;
  auto variables = environment;
  variables["HOME"] = folder.path();
  variables["DIR"] = folder.path();
  auto transcript = parse(read(file));
  std::string differences;
  for (auto& [prose, command] : transcript.parts) {
    auto outcome = run(command.script, folder.path(), variables);
    hide_chosen(outcome, variables);
    if (outcome.exit_code == command.exit_code && matches(command.expected, outcome.lines)) continue;
    differences += difference(command, outcome);
    command.expected = renewed(command.expected, outcome.lines);
    command.exit_code = outcome.exit_code;
  }
  if (differences.empty() || std::getenv("INFRA_RENEW") == nullptr) return differences;
  std::ofstream(file, std::ios::binary) << print(transcript);
  return {};
}

std::vector<std::string> cases_in(const std::string& folder) {
  std::vector<std::string> out;
  const char* only = std::getenv("INFRA_CASE");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const bool wanted = only == nullptr || entry.path().stem() == only;
    if (entry.path().extension() == ".txt" && wanted) out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string name_of(const std::string& file) { return std::filesystem::path(file).stem().string(); }

}  // namespace infra::transcript
