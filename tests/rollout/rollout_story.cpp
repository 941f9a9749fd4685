#include "tests/rollout/rollout_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace infra::test {
namespace {

using std::chrono::seconds;

std::vector<std::string> words_of(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == ',' || c == ';'; }, ' ');
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

bool is_copy(const std::string& word) {
  return word.size() > 1 && word[0] >= 'A' && word[0] <= 'Z' && word[1] >= '0' && word[1] <= '9';
}

std::string trimmed(const std::string& line) {
  const auto first = line.find_first_not_of(' ');
  return first == std::string::npos ? "" : line.substr(first);
}

ExistingTask existing(const std::string& copy) {
  return {.address = address_of(copy), .id = copy, .node = "n", .revision = revision_of(copy)};
}

class DeploymentReader {
 public:
  explicit DeploymentReader(const std::string& line) : words_(words_of(line)) {}

  Deployment read() {
    while (at_ < words_.size()) take(next());
    finish();
    return std::move(out_);
  }

 private:
  std::string next() {
    if (at_ == words_.size()) throw std::runtime_error("a word is missing");
    return words_[at_++];
  }
  int number() { return std::stoi(next()); }

  void take(const std::string& word) {
    if (word == "after") {
      auto& list = list_ == "back" ? out_.back : out_.start;
      for (const auto& copy : copies_of(next())) list.back().after.push_back(address_of(copy));
    } else if (word == "alone") {
      out_.start.back().alone = true;
    } else if (is_copy(word)) {
      for (const auto& copy : copies_of(word)) add(copy);
    } else if (!option(word)) {
      list_ = word;
    }
  }
  bool option(const std::string& word) {
    auto& policy = out_.policy;
    if (word == "floor") return policy.floor = number(), true;
    if (word == "ceiling") return policy.ceiling = number(), true;
    if (word == "breaker") return policy.breaker = number(), true;
    if (word == "desired") return desired_ = number(), true;
    if (word == "drain") return policy.drain = seconds(number()), true;
    if (word == "deadline") return policy.deadline = seconds(number()), true;
    if (word == "no-rollback") return policy.rollback = false, true;
    return false;
  }
  void add(const std::string& copy) {
    if (list_ == "keep") return out_.keep.push_back(existing(copy));
    if (list_ == "stop") return out_.stop.push_back(existing(copy));
    if (list_ == "back") return out_.back.push_back({.address = address_of(copy), .node = "n"});
    if (list_ != "start") throw std::runtime_error("unknown word " + list_);
    out_.start.push_back({.address = address_of(copy), .node = "n"});
    out_.to = revision_of(copy);
  }
  void finish() {
    out_.service = {"service", "api", ""};
    if (out_.to.empty() && !out_.keep.empty()) out_.to = out_.keep[0].revision;
    if (!out_.stop.empty()) out_.from = out_.stop[0].revision;
    if (out_.back.empty() && out_.from != out_.to)
      for (const auto& task : out_.stop) out_.back.push_back({.address = task.address, .node = "n"});
    out_.desired = desired_ >= 0 ? desired_ : static_cast<int>(out_.start.size() + out_.keep.size());
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
  std::string list_;
  int desired_ = -1;
  Deployment out_;
};

// "draining" and "creating" are no states of health.
void set_state(SeenTask& task, const std::string& word) {
  using H = Health;
  for (const auto now : {H::healthy, H::starting, H::unhealthy, H::stopping, H::stopped, H::completed})
    if (word == to_text(now)) return void(task.health.now = now);
  if (word == "draining" || word == "drained") {
    task.draining = true;
    task.drained = word == "drained";
  } else if (word == "creating") {
    task.health.now = H::starting;
    task.id.clear();
  } else if (word == "restarted" || word == "restarted-3-times") {
    task.health.now = H::starting;
    task.health.restarts = word == "restarted-3-times" ? 3 : 1;
  } else if (word == "restarted-and-healthy") {
    task.health.restarts = word == "restarted-3-times" ? 3 : 1;
  } else {
    throw std::runtime_error("unknown state " + word);
  }
}

}  // namespace

std::vector<std::string> copies_of(const std::string& word) {
  const auto dots = word.find("..");
  if (dots == std::string::npos) return {word};
  std::vector<std::string> out;
  const std::string mark = word.back() == '\'' ? "'" : "";
  for (int i = std::stoi(word.substr(1)); i <= std::stoi(word.substr(dots + 3)); ++i)
    out.push_back(fmt::format("{}{}{}", word[0], i, mark));
  return out;
}
Address address_of(const std::string& copy) { return {"service", "api", copy.substr(1, copy.find('\'') - 1)}; }
std::string revision_of(const std::string& copy) { return copy.substr(0, 1); }
Deployment read_deployment(const std::string& line) { return DeploymentReader(line).read(); }

std::vector<SeenTask> Story::read_seen(const std::string& text) {
  std::vector<SeenTask> out;
  std::vector<std::string> names;
  for (const auto& word : words_of(text)) {
    if (!is_copy(word)) {
      for (const auto& name : names) {
        SeenTask task{
            .address = address_of(name), .id = name, .revision = revision_of(name), .node = "n", .health = {}};
        set_state(task, word);
        task.started = started_.emplace(name, now_).first->second;
        out.push_back(std::move(task));
      }
      names.clear();
      continue;
    }
    for (auto& name : copies_of(word)) names.push_back(std::move(name));
  }
  if (!names.empty() && names[0] != "nothing") throw std::runtime_error("no state in: " + text);
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.address < b.address; });
  return out;
}

void Story::note_healthy_ones(const std::vector<SeenTask>& seen) {
  std::map<std::string, Health::Now> now;
  const bool back = record_.status == DeploymentRecord::rolling_back;
  for (const auto& task : seen) {
    now[task.id] = task.health.now;
    const auto before = before_.find(task.id);
    if (before != before_.end() && before->second == Health::starting && task.health.now == Health::healthy &&
        task.revision == (back ? deployment_.from : deployment_.to))
      note_healthy(record_);
  }
  before_ = std::move(now);
}

std::string Story::see(const std::string& line) {
  const auto colon = line.find(':');
  if (line.rfind("at ", 0) != 0 || colon == std::string::npos) throw std::runtime_error("not understood: " + line);
  now_ = Moment{} + std::chrono::hours(1) + seconds(std::stoi(line.substr(3)));
  if (record_.started == Moment{}) record_.started = now_;
  auto text = line.substr(colon + 1);
  if (trimmed(text) == "nothing") text.clear();
  const auto seen = read_seen(text);
  note_healthy_ones(seen);
  std::string out;
  for (const auto& move : next_moves(deployment_, record_, seen, now_)) {
    if (!out.empty()) out += ", ";
    out += carry_out(move);
  }
  return out.empty() ? "wait" : out;
}

std::string Story::name_of(const PlannedTask& task) const {
  const bool back = record_.status == DeploymentRecord::rolling_back;
  return (back ? deployment_.from : deployment_.to) + task.address.part;
}

std::string Story::carry_out(const RolloutMove& move) {
  const bool back = record_.status == DeploymentRecord::rolling_back;
  if (const auto* start = std::get_if<Start>(&move))
    return "start " + name_of((back ? deployment_.back : deployment_.start).at(start->index));
  if (const auto* drain = std::get_if<Drain>(&move)) return "drain " + drain->id;
  if (const auto* stop = std::get_if<Stop>(&move)) {
    if (stop->failed) note_failure(record_, stop->address, now_);
    if (stop->why.empty()) return "stop " + stop->id;
    return fmt::format("stop {} ({}{})", stop->id, stop->failed ? "failed: " : "", stop->why);
  }
  if (const auto* roll_back = std::get_if<RollBack>(&move)) {
    note_rollback(record_, now_);
    return "roll back: " + roll_back->why;
  }
  if (const auto* give_up = std::get_if<GiveUp>(&move)) {
    record_.status = DeploymentRecord::failed;
    return "give up: " + give_up->why;
  }
  record_.status = back ? DeploymentRecord::rolled_back : DeploymentRecord::completed;
  return "complete";
}

std::string play(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string out;
  std::unique_ptr<Story> story;
  std::string answer;
  for (std::string line; std::getline(in, line);) {
    const auto text = trimmed(line);
    if (text.rfind("->", 0) == 0) {
      out += line.substr(0, line.find("->")) + "-> " + answer + "\n";
      continue;
    }
    out += line + "\n";
    if (text.empty() || text[0] == '#' || text.size() == line.size()) continue;
    if (text.rfind("at ", 0) == 0) {
      if (story == nullptr) throw std::runtime_error("no deployment before: " + line);
      answer = story->see(text);
    } else {
      story = std::make_unique<Story>(text);
    }
  }
  return out;
}

}  // namespace infra::test
