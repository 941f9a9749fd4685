// Calls to AWS as an account: credentials, retries, pages, waits. Any number of threads may call at once.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>

#include "providers/aws/api/clock.h"
#include "providers/aws/api/encode.h"
#include "providers/aws/api/exchange.h"
#include "providers/aws/api/retry.h"

namespace infra::aws {

// Where credentials come from. `fresh`: those that were given last were refused as expired.
using CredentialsSource = std::function<Result<Credentials>(bool fresh)>;

struct ClientSettings {
  std::string region;
  EndpointChoice endpoints = {};
  CredentialsSource credentials;
  std::shared_ptr<Clock> clock = std::make_shared<SystemClock>();
  Sender send = {};  // default: http::send
};

// Where a list's next page is asked for and found: {"nextToken", "nextToken", "clusterArns"}.
struct Pages {
  std::string_view input;   // the parameter with the token
  std::string_view output;  // the answer's member with the token of the next page
  std::string_view items;   // the answer's member with the list
};

enum class Verdict { done, go_on, failed };

struct Wait {
  std::chrono::milliseconds every;
  std::chrono::milliseconds deadline;
  std::string what;  // "the NAT gateway nat-1": for the error
};

class Client {
 public:
  explicit Client(ClientSettings settings);

  // `service` and `operation` as the API's models name them; parameters by their wire names.
  Reply call(std::string_view service, std::string_view operation, const Value& parameters,
             const Cancel* cancel = nullptr);
  // The items of all pages.
  Reply list(std::string_view service, std::string_view operation, Map parameters, const Pages& pages,
             const Cancel* cancel = nullptr);
  // Asks until `judge` says so, or the deadline has passed: then the last answer as it was, and E0626.
  Result<Value> wait(const Wait& wait, const std::function<Reply()>& ask,
                     const std::function<Verdict(const Reply&)>& judge, const Cancel* cancel);

  [[nodiscard]] const std::string& region() const { return settings_.region; }
  [[nodiscard]] Clock& clock() { return *settings_.clock; }
  // What the servers' clock is ahead of ours, as far as a refusal has told.
  [[nodiscard]] std::chrono::seconds skew() const { return std::chrono::seconds(skew_seconds_.load()); }
  // A URL by which whoever holds it is known as us for a minute (EKS's tokens).
  Result<std::string> presigned_identity(const std::map<std::string, std::string>& headers);

 private:
  struct Attempt {
    const Service& service;
    std::string_view operation;
    const Value& parameters;
    const Cancel* cancel;
  };
  Reply once(const Attempt& attempt);
  Exchanged signed_exchange(const Attempt& attempt, const Endpoint& endpoint, bool fresh);
  [[nodiscard]] SysTime server_now();
  [[nodiscard]] double random();

  static constexpr std::ptrdiff_t kAtOnce = 8;  // requests to one service
  using Gate = std::counting_semaphore<kAtOnce>;

  ClientSettings settings_;
  RetryBudget budget_;
  std::atomic<std::int64_t> skew_seconds_{0};  // what the servers' clock is ahead of ours
  std::mutex gates_guard_;
  std::map<std::string_view, std::unique_ptr<Gate>> gates_;
};

}  // namespace infra::aws
