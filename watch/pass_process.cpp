#include "watch/pass_process.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>

#include "git/child.h"

namespace infra {
namespace {

using Clock = std::chrono::steady_clock;
using Wire = nlohmann::json;
using namespace std::chrono_literals;

// A Cancel that parent and child see both.
class SharedCancel {
 public:
  SharedCancel() {
    void* page = ::mmap(nullptr, sizeof(Cancel), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page != MAP_FAILED) cancel_ = new (page) Cancel();
  }
  ~SharedCancel() {
    if (cancel_ != nullptr) ::munmap(cancel_, sizeof(Cancel));
  }
  SharedCancel(const SharedCancel&) = delete;
  SharedCancel& operator=(const SharedCancel&) = delete;
  [[nodiscard]] Cancel* get() const { return cancel_; }

 private:
  Cancel* cancel_ = nullptr;
};

// A message of the child: what it is, and how long.
enum class Kind : char { lines = 'l', looking = 'k', changing = 'c', result = 'r' };
constexpr std::size_t kHead = 1 + sizeof(std::uint32_t);

std::string framed(Kind kind, std::string_view body) {
  std::string out(kHead, '\0');
  out[0] = static_cast<char>(kind);
  const auto size = static_cast<std::uint32_t>(body.size());
  std::memcpy(out.data() + 1, &size, sizeof size);
  return out.append(body);
}

// The first whole message of what was read, taken out of it.
struct Message {
  Kind kind;
  std::string body;
};
std::optional<Message> take_message(std::string& read) {
  if (read.size() < kHead) return std::nullopt;
  std::uint32_t size = 0;
  std::memcpy(&size, read.data() + 1, sizeof size);
  if (read.size() - kHead < size) return std::nullopt;
  Message out{.kind = static_cast<Kind>(read[0]), .body = read.substr(kHead, size)};
  read.erase(0, kHead + size);
  return out;
}

// The parent's sink, as far as the child has it: in the same form, sent line by line.
class SendingSink : public WatchSink {
 public:
  SendingSink(const WatchSink& like, const ChildProcess::Write& write, std::shared_ptr<const Redactor> redactor)
      : write_(write), redactor_(std::move(redactor)), inner_(like.like_this(text_)) {}
  void on(const WatchEvent& event) override {
    inner_->on(event);
    relay(text_.str());
    text_.str({});
  }
  void relay(std::string_view lines) override {
    if (!lines.empty()) write_(framed(Kind::lines, redactor_->clean(lines)));
  }
  [[nodiscard]] std::unique_ptr<WatchSink> like_this(std::ostream& out) const override {
    return inner_->like_this(out);
  }

 private:
  const ChildProcess::Write& write_;
  std::shared_ptr<const Redactor> redactor_;
  std::ostringstream text_;
  std::unique_ptr<WatchSink> inner_;
};

std::string encode(const PassResult& result, const Redactor& redactor) {
  Wire problems = Wire::array();
  for (const auto& p : result.outcome.problems) {
    problems.push_back({p.code, redactor.clean(p.message), redactor.clean(p.place), redactor.clean(p.help)});
  }
  Wire lasting;  // null: the pass didn't come so far
  if (result.outcome.lasting) {
    lasting = Wire::array();
    for (const auto& text : *result.outcome.lasting) lasting.push_back(redactor.clean(text));
  }
  const Wire out{{"problems", std::move(problems)},
                 {"steps", result.outcome.steps},
                 {"took", result.outcome.took.count()},
                 {"interrupted", result.outcome.interrupted},
                 {"damaged", result.copy_damaged},
                 {"lasting", std::move(lasting)},
                 {"facts", result.outcome.facts ? redactor.clean(to_json(*result.outcome.facts)) : ""}};
  return out.dump(-1, ' ', false, Wire::error_handler_t::replace);
}

std::optional<PassResult> decode(const std::string& text) {
  try {
    const Wire json = Wire::parse(text);
    PassResult out;
    for (const auto& p : json.at("problems")) {
      out.outcome.problems.push_back({.code = p.at(0), .message = p.at(1), .place = p.at(2), .help = p.at(3)});
    }
    out.outcome.steps = json.at("steps");
    out.outcome.took = std::chrono::milliseconds(json.at("took").get<std::int64_t>());
    out.outcome.interrupted = json.at("interrupted");
    out.copy_damaged = json.at("damaged");
    out.outcome.facts = pass_facts_from(json.at("facts"));
    if (!json.at("lasting").is_null()) out.outcome.lasting = json.at("lasting").get<std::vector<std::string>>();
    return out;
  } catch (const Wire::exception&) {
    return std::nullopt;
  }
}

PassResult failure_of(const Error& error) { return {.outcome = {.problems = {problem_of(error)}}}; }
PassResult interrupted() { return {.outcome = {.interrupted = true}}; }

Error too_much(std::string message) {
  return {.code = "E0816",
          .message = std::move(message),
          .help = "what the loop runs stays as it is; `infra plan` of that commit shows where it hangs"};
}

// The parent's side.
class Supervisor {
 public:
  Supervisor(ChildProcess child, const PassLimits& limits, const Cancel& cancel, Cancel& shared, WatchSink& sink)
      : child_(std::move(child)),
        limits_(limits),
        cancel_(cancel),
        shared_(shared),
        sink_(sink),
        until_(Clock::now() + limits.looking) {}

  PassResult run() {
    for (;;) {
      const auto got = child_.read(read_, 50ms);
      while (auto message = take_message(read_)) take(*std::move(message));
      if (result_) return *std::move(result_);
      if (got == ChildProcess::Got::end) return ended();
      if (changing_) {
        if (cancel_.draining()) shared_.set(cancel_.aborting() ? Cancel::abort : Cancel::drain);
        continue;
      }
      if (cancel_.draining()) return interrupted();
      if (Clock::now() >= until_) {
        const auto most = std::chrono::duration_cast<std::chrono::seconds>(limits_.looking).count();
        return failure_of(too_much(fmt::format("no plan was made of this commit within {} s", most)));
      }
    }
  }

 private:
  void take(const Message& message) {
    switch (message.kind) {
      case Kind::lines:
        return sink_.relay(message.body);
      case Kind::looking:
        until_ = Clock::now() + limits_.looking;
        changing_ = false;
        return;
      case Kind::changing:
        changing_ = true;
        return;
      case Kind::result:
        result_ = decode(message.body);
    }
  }
  PassResult ended() {
    const auto died = child_.wait();
    return failure_of(too_much(fmt::format("the process that {} this commit {}", changing_ ? "applied" : "planned",
                                           died.value_or("ended without an answer"))));
  }

  ChildProcess child_;
  const PassLimits& limits_;
  const Cancel& cancel_;
  Cancel& shared_;
  WatchSink& sink_;
  Clock::time_point until_;
  std::string read_;
  bool changing_ = false;
  std::optional<PassResult> result_;
};

}  // namespace

PassResult run_pass_apart(const std::function<PassResult(const PassPipe&)>& pass, const PassLimits& limits,
                          const std::shared_ptr<const Redactor>& redactor, const Cancel& cancel, WatchSink& sink) {
  const SharedCancel shared;
  if (shared.get() == nullptr) {
    return failure_of({.code = "E0813", .message = "no memory is left to start a process", .help = "free memory"});
  }
  auto child = ChildProcess::start(
      [&](const ChildProcess::Write& write) {
        SendingSink sending(sink, write, redactor);
        const PassPipe pipe{.cancel = *shared.get(), .sink = sending, .changing = [&](bool changing) {
                              write(framed(changing ? Kind::changing : Kind::looking, {}));
                            }};
        const auto result = pass(pipe);
        write(framed(Kind::result, encode(result, *redactor)));
      },
      limits.memory);
  if (!child) return failure_of(std::move(child).error());
  return Supervisor(*std::move(child), limits, cancel, *shared.get(), sink).run();
}

}  // namespace infra
