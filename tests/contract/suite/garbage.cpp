#include "tests/contract/suite/garbage.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <random>
#include <set>

namespace infra::test {

GarblingServer::GarblingServer(testing::HttpServer::Handler good, bool again)
    : good_(std::move(good)), again_(again), server_([this](const HttpAsked& asked) { return answer(asked); }) {}

void GarblingServer::expect(std::size_t at, const Garbage* how) {
  const std::lock_guard lock(mutex_);
  asked_.clear();
  at_ = at;
  how_ = how;
  spoilt_ = false;
  victim_.clear();
}

std::vector<std::string> GarblingServer::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

bool GarblingServer::spoilt() const {
  const std::lock_guard lock(mutex_);
  return spoilt_;
}

HttpAnswer GarblingServer::answer(const HttpAsked& asked) {
  auto good = good_(asked);
  const std::lock_guard lock(mutex_);
  asked_.push_back(asked.method + " " + asked.path);
  const auto target = asked.headers.find("x-amz-target");
  const auto whole = asked_.back() + " " + (target != asked.headers.end() ? target->second : "") + " " + asked.body;
  if (how_ == nullptr || (asked_.size() != at_ + 1 && (!again_ || victim_ != whole))) return good;
  auto other = how_->spoil(good);
  if (!other) return good;
  if (asked.method == "HEAD" && other->status == good.status && other->headers == good.headers) return good;
  spoilt_ = true;
  victim_ = whole;
  return *std::move(other);
}

namespace {

void ignore(const std::string&) {}

template <class T>
std::string failed_if(bool spoilt, const Result<T>& result, bool empty = false) {
  if (!spoilt) return result ? "" : result.error().text();
  if (result) return empty ? "it said that there is nothing" : "it succeeded";
  if (result.error().code == "E0999" || result.error().help.empty())
    return "it failed without a remedy: " + result.error().text();
  return {};
}

}  // namespace

ProviderCall observing(const std::vector<KnownObject>& known) {
  return {.name = "observe", .run = [&known](Provider& provider, bool spoilt) -> std::string {
            const auto seen = provider.observe(known);
            if (!seen) return seen.error().text();
            if (seen->unreachable.empty() == spoilt)
              return spoilt ? "nothing is silent" : seen->unreachable.front().error.text();
            std::set<std::string> there, hidden;
            for (const auto& object : seen->objects) there.insert(object.address.text());
            for (const auto& unreachable : seen->unreachable) {
              for (const auto& address : unreachable.hidden) hidden.insert(address.text());
            }
            for (const auto& object : known) {
              const auto address = object.address.text();
              if (there.contains(address) == hidden.contains(address))
                return address + (there.contains(address) ? " is both seen and hidden" : " is neither seen nor hidden");
            }
            return {};
          }};
}

ProviderCall reading(const std::string& type, const std::string& id, const Value& wanted) {
  return {.name = fmt::format("read {} {}", type, id), .run = [=](Provider& provider, bool spoilt) {
            const auto found = provider.read(type, id, wanted);
            if (!spoilt && found && !*found) return std::string("nothing was found");
            return failed_if(spoilt, found, found && !*found);
          }};
}

ProviderCall destroying(const ExistingObject& existing) {
  return {.name = "destroy " + existing.address.text(), .run = [=](Provider& provider, bool spoilt) {
            return failed_if(spoilt, provider.destroy(existing, Cancel(), ignore));
          }};
}

ProviderCall creating(const CreateRequest& request) {
  return {.name = "create " + request.address.text(), .run = [=](Provider& provider, bool spoilt) {
            return failed_if(spoilt, provider.create(request, Cancel(), ignore));
          }};
}

namespace {

struct Trouble {
  std::string what;
  bool spoilt = false;
};

Trouble run(GarblingServer& server, const Attempt& attempt, std::size_t at, const Garbage* how) {
  server.expect(at, how);
  const auto begun = std::chrono::steady_clock::now();
  auto what = attempt.run(how != nullptr);
  // A bound that no machine is too slow for: what hangs would hang for minutes.
  if (std::chrono::steady_clock::now() - begun > std::chrono::seconds(30)) what += " (and it took more than 30 s)";
  return {std::move(what), server.spoilt()};
}

// What the attempt asks when all is well.
std::vector<std::string> requests_of(GarblingServer& server, const Attempt& attempt) {
  const auto good = run(server, attempt, 0, nullptr);
  INFO(attempt.name << " with good answers");
  REQUIRE(good.what == "");
  return server.asked();
}

}  // namespace

std::vector<Attempt> attempts(const Connect& connect, const std::vector<ProviderCall>& calls) {
  std::vector<Attempt> out;
  out.reserve(calls.size());
  for (const auto& call : calls) {
    out.push_back(
        {.name = call.name, .run = [connect, run = call.run](bool spoilt) { return run(*connect(), spoilt); }});
  }
  return out;
}

std::size_t check_garbage(GarblingServer& server, const std::vector<Attempt>& attempts) {
  std::size_t count = 0;
  for (const auto& attempt : attempts) {
    const auto requests = requests_of(server, attempt);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      for (const auto& how : garbage()) {
        const auto trouble = run(server, attempt, i, &how);
        if (!trouble.spoilt) continue;  // this answer can't be spoilt so
        ++count;
        INFO(attempt.name << ": " << how.name << " as the answer to " << requests[i]);
        CHECK(trouble.what == "");
      }
    }
  }
  return count;
}

namespace {

using Random = std::mt19937;

std::string cut_anywhere(const std::string& body, Random& random) { return body.substr(0, random() % body.size()); }

// The value behind one of the names becomes one of a kind that nothing of an answer has.
std::string other_kind(const std::string& body, Random& random) {
  std::vector<std::size_t> places;
  for (auto at = body.find("\":"); at != std::string::npos; at = body.find("\":", at + 1)) places.push_back(at + 2);
  if (places.empty()) return cut_anywhere(body, random);
  const auto at = places[random() % places.size()];
  static constexpr const char* kOthers[] = {"[[[", "nul", "\"\\u12", "}", "1e99999", "\xff"};
  return body.substr(0, at) + kOthers[random() % std::size(kOthers)] + body.substr(at);
}

std::optional<HttpAnswer> at_random(const HttpAnswer& good, Random& random) {
  const bool json = good.body.starts_with('{') || good.body.starts_with('['), xml = good.body.starts_with('<');
  if (good.body.size() < 2 || (!json && !xml)) return {};
  const auto dice = random() % 8;
  if (dice == 0) return garbage()[random() % garbage().size()].spoil(good);
  auto out = good;
  if (dice == 1) {
    constexpr std::size_t kDeep = 100'000;
    out.body.clear();
    for (std::size_t i = 0; i < kDeep; ++i) out.body += json ? "[" : "<a>";
  } else {
    out.body = json && dice % 2 == 0 ? other_kind(good.body, random) : cut_anywhere(good.body, random);
  }
  return out;
}

// What a sanitizer needs for itself isn't the program's.
bool small_enough() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#else
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss < 500'000;
#endif
}

}  // namespace

void sweep_garbage(GarblingServer& server, const std::vector<Attempt>& attempts, int rounds) {
  std::vector<std::pair<const Attempt*, std::vector<std::string>>> all;
  for (const auto& attempt : attempts) all.emplace_back(&attempt, requests_of(server, attempt));
  for (unsigned seed = 1; rounds > 0; ++seed) {
    Random random(seed);
    const auto& [attempt, requests] = all[random() % all.size()];
    const auto at = random() % requests.size();
    std::optional<HttpAnswer> spoilt;  // one and the same, however often it is asked for
    const Garbage how{"at random", [&](const HttpAnswer& good) {
                        if (!spoilt) spoilt = at_random(good, random);
                        return spoilt;
                      }};
    const auto trouble = run(server, *attempt, at, &how);
    if (!trouble.spoilt) continue;
    --rounds;
    INFO(attempt->name << ": seed " << seed << " spoils the answer to " << requests[at]);
    CHECK(trouble.what == "");
  }
  CHECK(small_enough());
}

}  // namespace infra::test
