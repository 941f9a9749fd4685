// Answers that a test has prepared, and the requests that were made.
#pragma once
#include <deque>
#include <map>
#include <mutex>

#include "providers/aws/api/clock.h"
#include "providers/aws/api/exchange.h"

namespace infra::aws::test {

struct FakeHttp {
  struct Seen {
    std::string base;
    http::Request request;
    [[nodiscard]] std::string header(const std::string& name) const {
      for (const auto& one : request.headers) {
        if (one.starts_with(name + ": ")) return one.substr(name.size() + 2);
      }
      return "";
    }
  };
  std::deque<std::variant<http::Response, http::Failure>> answers;
  std::vector<Seen> seen;

  void answer(long status, std::string body, std::map<std::string, std::string> headers = {}) {
    answers.push_back(http::Response{.status = status, .body = std::move(body), .headers = std::move(headers)});
  }
  void fail(http::Failure::Kind kind, std::string reason) {
    answers.push_back(http::Failure{.kind = kind, .reason = std::move(reason)});
  }
  Sender sender() {
    return [this](const http::Target& target, const http::Request& request) {
      seen.push_back({target.base, request});
      if (answers.empty()) return std::variant<http::Response, http::Failure>(http::Failure{.reason = "no answer"});
      auto next = std::move(answers.front());
      answers.pop_front();
      return next;
    };
  }
};

// Stands still but for its sleeps.
struct FakeClock : Clock {
  SysTime time = SysTime(std::chrono::seconds(1'795'878'000));  // 2026-11-28T15:00:00Z
  std::vector<std::chrono::milliseconds> sleeps;
  SysTime now() override { return time; }
  bool sleep(std::chrono::milliseconds span, const Cancel* cancel) override {
    if (cancel != nullptr && cancel->aborting()) return false;
    sleeps.push_back(span);
    time += span;
    return true;
  }
};

}  // namespace infra::aws::test
