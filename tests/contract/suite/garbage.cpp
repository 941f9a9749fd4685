#include "tests/contract/suite/garbage.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <random>
#include <set>

namespace infra::test {

GarblingServer::GarblingServer(testing::HttpServer::Handler good)
    : good_(std::move(good)), server_([this](const HttpAsked& asked) { return answer(asked); }) {}

void GarblingServer::expect(std::size_t at, const Garbage* how) {
  const std::lock_guard lock(mutex_);
  asked_.clear();
  at_ = at;
  how_ = how;
  spoilt_ = false;
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
  if (how_ == nullptr || asked_.size() != at_ + 1) return good;
  auto other = how_->spoil(good);
  if (!other) return good;
  if (asked.method == "HEAD" && other->status == good.status && other->headers == good.headers) return good;
  spoilt_ = true;
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
            if (seen->silences.empty() == spoilt)
              return spoilt ? "nothing is silent" : seen->silences.front().error.text();
            std::set<std::string> there, hidden;
            for (const auto& object : seen->objects) there.insert(object.address.text());
            for (const auto& silence : seen->silences) {
              for (const auto& address : silence.hidden) hidden.insert(address.text());
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

Trouble run(GarblingServer& server, const Connect& connect, const ProviderCall& call, std::size_t at,
            const Garbage* how) {
  server.expect(at, how);
  const auto provider = connect();
  const auto begun = std::chrono::steady_clock::now();
  auto what = call.run(*provider, how != nullptr);
  // A bound that no machine is too slow for: what hangs would hang for minutes.
  if (std::chrono::steady_clock::now() - begun > std::chrono::seconds(30)) what += " (and it took more than 30 s)";
  return {std::move(what), server.spoilt()};
}

// What the call asks when all is well.
std::vector<std::string> requests_of(GarblingServer& server, const Connect& connect, const ProviderCall& call) {
  const auto good = run(server, connect, call, 0, nullptr);
  INFO(call.name << " with good answers");
  REQUIRE(good.what == "");
  return server.asked();
}

}  // namespace

std::size_t check_garbage(GarblingServer& server, const Connect& connect, const std::vector<ProviderCall>& calls) {
  std::size_t count = 0;
  for (const auto& call : calls) {
    const auto requests = requests_of(server, connect, call);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      for (const auto& how : garbage()) {
        const auto trouble = run(server, connect, call, i, &how);
        if (!trouble.spoilt) continue;  // this answer can't be spoilt so
        ++count;
        INFO(call.name << ": " << how.name << " as the answer to " << requests[i]);
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

}  // namespace

void sweep_garbage(GarblingServer& server, const Connect& connect, const std::vector<ProviderCall>& calls, int rounds) {
  std::vector<std::pair<const ProviderCall*, std::vector<std::string>>> all;
  for (const auto& call : calls) all.emplace_back(&call, requests_of(server, connect, call));
  for (unsigned seed = 1; rounds > 0; ++seed) {
    Random random(seed);
    const auto& [call, requests] = all[random() % all.size()];
    const auto at = random() % requests.size();
    const Garbage how{"at random", [&random](const HttpAnswer& good) -> std::optional<HttpAnswer> {
                        if (good.body.size() < 2 || (good.body[0] != '{' && good.body[0] != '[')) return {};
                        auto out = good;
                        out.body = random() % 2 == 0 ? cut_anywhere(good.body, random) : other_kind(good.body, random);
                        return out;
                      }};
    const auto trouble = run(server, connect, *call, at, &how);
    if (!trouble.spoilt) continue;
    --rounds;
    INFO(call->name << ": seed " << seed << " spoils the answer to " << requests[at]);
    CHECK(trouble.what == "");
  }
}

}  // namespace infra::test
