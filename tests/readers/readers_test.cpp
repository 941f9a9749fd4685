// Every attribute that a platform accepts has a reader there: with another value something else is made of the stack
// (stacks/), or the platform refuses it. What has neither stands in compiler/kinds/without_effect.cpp with its reason,
// which users read in the reference.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>

#include "compiler/kinds/without_effect.h"
#include "providers/aws/aws.h"
#include "providers/kubernetes/kubernetes.h"
#include "providers/nodes/nodes.h"
#include "providers/simulator/simulator.h"
#include "tests/readers/effect.h"
#include "tests/readers/values_to_try.h"

namespace {

namespace fs = std::filesystem;
using namespace infra;
using namespace infra::testing;

const std::string kFolder = INFRA_SOURCE_DIR "/tests/readers/";

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? ""
                                         : std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

// Lines "KEY<separator>REST"; # begins a comment.
void each_line(const std::string& file, char separator, const std::function<void(std::string, std::string)>& take) {
  std::ifstream in(kFolder + file);
  REQUIRE(in);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto at = line.find(separator);
    INFO(file << ": " << line);
    REQUIRE(at != std::string::npos);
    take(trimmed(line.substr(0, at)), trimmed(line.substr(at + 1)));
  }
}

StatedValues stated_values() {
  StatedValues out;
  each_line("values.txt", '=', [&](const std::string& name, const std::string& values) {
    std::istringstream all(values);
    for (std::string one; std::getline(all, one, '|');) out[name].push_back(trimmed(one));
  });
  return out;
}

// "nodes vpc.name" → why another one makes no difference there.
std::map<std::string, std::string> exceptions() {
  std::map<std::string, std::string> out;
  for (const auto& one : without_effect()) {
    CHECK_FALSE(one.why.empty());
    for (const auto& platform : one.platforms) {
      for (const auto& attribute : one.attributes) {
        INFO(platform << " " << one.kind << "." << attribute);
        CHECK(out.emplace(fmt::format("{} {}.{}", platform, one.kind, attribute), one.why).second);
      }
    }
  }
  return out;
}

// A platform, and the declaration with which the stacks begin.
struct Place {
  std::shared_ptr<const Platform> platform;
  std::string declaration;
};

std::vector<Place> all_places() {
  return {{nodes_platform(), R"(nodes p { node a { labels = { zone: "a" } }; node b { labels = { zone: "b" } } })"},
          {simulator_platform(), "simulator p { nodes = 2 }"},
          {aws_platform(), R"(aws p { region = "eu-west-1" })"},
          {kubernetes_platform(), "kubernetes p { }"}};
}

const char* const kParams = R"(
param first: Secret<String> = "one"
param second: Secret<String> = "two"
param pem: Secret<String> = "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nB\n-----END PRIVATE KEY-----\n"
param other_pem: Secret<String> = "-----BEGIN CERTIFICATE-----\nC\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nD\n-----END PRIVATE KEY-----\n"
)";

// The stacks whose first line names the platform: "// nodes simulator". One may declare a platform of its own.
std::deque<StackText> stacks_for(const Place& place) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kFolder + "stacks")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::deque<StackText> out;
  for (const auto& file : files) {
    const auto text = read_file(file);
    const auto platforms = words_of(text.substr(0, text.find('\n')));
    if (std::find(platforms.begin(), platforms.end(), place.platform->kind()) == platforms.end()) continue;
    const bool declares = text.find("\nplatform = ") != std::string::npos;
    const auto declaration = declares ? std::string() : place.declaration + "\nplatform = p\n";
    out.emplace_back(file.filename().string(), declaration + text + kParams);
  }
  return out;
}

enum class Found { untried, refused, order, unread, read };  // of several bodies the last of these says it

struct Verdict {
  Found found = Found::untried;
  std::string problems;
  [[nodiscard]] bool answers(const Attribute& attribute) const {
    if (found == Found::order) return attribute.waited_for;  // an order is all that it says
    return found == Found::read || found == Found::refused;
  }
  [[nodiscard]] std::string_view text() const {
    switch (found) {
      case Found::read:
        return "has a reader, and is an exception";
      case Found::refused:
        return "is refused, and is an exception";
      case Found::order:
        return "another value only changes what waits for what";
      case Found::unread:
        return "another value changes nothing";
      case Found::untried:
        return "no stack takes two values of it";
    }
    return {};
  }
};

// One attribute in one body, with one value after the other until something differs.
class Trial {
 public:
  Trial(const StackText& stack, const Site& site, const Platforms& platforms)
      : stack_(stack), site_(site), platforms_(platforms) {}

  void attempt(const Edited& edited) {
    auto outcome = outcome_of(edited.text, platforms_);
    if (!outcome.good) {
      refused_ = refused_ || outcome.refused;
      problems_ += fmt::format("  {}:{}: {}\n{}", stack_.name(), site_.line, edited.written, outcome.problems);
      return;
    }
    for (const auto& other : good_) most_ = std::max(most_, difference(other, outcome.lowered));
    good_.push_back(std::move(outcome.lowered));
  }
  [[nodiscard]] bool decided() const { return most_ == Difference::content || good_.size() == kEnough; }

  [[nodiscard]] Verdict verdict() const {
    if (most_ == Difference::content) return {Found::read, {}};
    if (refused_) return {Found::refused, {}};
    if (most_ == Difference::order) return {Found::order, {}};
    if (good_.size() > 1) return {Found::unread, {}};
    return {Found::untried, problems_};
  }

 private:
  static constexpr std::size_t kEnough = 4;  // of as many values some mean something else, if any do

  const StackText& stack_;
  const Site& site_;
  const Platforms& platforms_;
  Difference most_ = Difference::none;
  bool refused_ = false;
  std::string problems_;
  std::vector<LoweredGraph> good_;
};

Verdict tried_at(const Accepted& accepted, const StackText& stack, const Site& site, const StatedValues& values,
                 const Platforms& platforms) {
  Trial trial(stack, site, platforms);
  const auto& name = accepted.attribute->name;
  if (!accepted.attribute->required) trial.attempt(stack.without(site, name));
  for (const auto& value : values_to_try(accepted, values, stack)) {
    if (!trial.decided()) trial.attempt(stack.with(site, name, value));
  }
  return trial.verdict();
}

Verdict tried(const Accepted& accepted, const std::deque<StackText>& stacks, const StatedValues& values,
              const Platforms& platforms) {
  Verdict out;
  for (const auto& stack : stacks) {
    for (const auto& site : stack.sites_of(accepted)) {
      auto verdict = tried_at(accepted, stack, site, values, platforms);
      out.problems += verdict.problems;
      if (verdict.found == Found::read) return verdict;
      out.found = std::max(out.found, verdict.found);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("every attribute that a platform accepts has a reader there") {
  const auto values = stated_values();
  auto excepted = exceptions();
  std::string wrong;
  for (const auto& place : all_places()) {
    const Platforms platforms({place.platform});
    const auto stacks = stacks_for(place);
    for (const auto& stack : stacks) {
      INFO(place.platform->kind() << " " << stack.name());
      CHECK(outcome_of(stack.text(), platforms).problems == "");
    }
    for (const auto& accepted : accepted_by(*place.platform)) {
      const auto what = place.platform->kind() + " " + accepted.name;
      const auto verdict = tried(accepted, stacks, values, platforms);
      const bool exception = excepted.erase(what) > 0;
      if (exception == verdict.answers(*accepted.attribute))
        wrong += fmt::format("{}: {}\n{}", what, verdict.text(), verdict.problems);
    }
  }
  CHECK(wrong == "");
  for (const auto& [what, why] : excepted) FAIL_CHECK(what << " is an exception, and isn't accepted");
}
