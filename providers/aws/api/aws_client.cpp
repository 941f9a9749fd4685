#include "providers/aws/api/aws_client.h"

#include <fmt/format.h>

#include <random>

#include "providers/aws/api/xml.h"

namespace infra::aws {

namespace {

bool clock_is_off(const Fault& fault) {
  return fault.is({"RequestTimeTooSkewed", "RequestExpired", "InvalidSignatureException"}) ||
         (fault.is({"SignatureDoesNotMatch"}) && fault.message.find("Signature") != std::string::npos &&
          (fault.message.find("expired") != std::string::npos || fault.message.find("not yet") != std::string::npos));
}

class Turn {  // one of the requests that a service gets at once
 public:
  explicit Turn(std::counting_semaphore<8>& gate) : gate_(gate) { gate_.acquire(); }
  ~Turn() { gate_.release(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::counting_semaphore<8>& gate_;
};

constexpr int kMostPages = 10'000;  // a million objects

// A next page that was there already, or one more after so many: asking on would go on for ever.
Fault endless(std::string_view service, std::string_view operation) {
  Fault out{.kind = Fault::unanswered, .operation = fmt::format("{}:{}", service, operation)};
  out.error = {.code = "E0621",
               .message = out.operation + " gives page after page without coming to an end",
               .help = "look whether a proxy stands between here and AWS, and whether `endpoint` names an API"};
  return out;
}

Fault cancelled(std::string_view service, std::string_view operation) {
  Fault out{.kind = Fault::cancelled, .operation = fmt::format("{}:{}", service, operation)};
  out.error = {.code = "E0703", .message = out.operation + " was cancelled"};
  return out;
}

}  // namespace

Client::Client(ClientSettings settings) : settings_(std::move(settings)) {
  if (settings_.send) return;
  settings_.send = [pool = std::make_shared<http::Pool>()](const http::Target& target, const http::Request& request) {
    return pool->send(target, request);
  };
}

double Client::random() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

SysTime Client::server_now() { return settings_.clock->now() + std::chrono::seconds(skew_seconds_.load()); }

Exchanged Client::signed_exchange(const Attempt& attempt, const Endpoint& endpoint, bool fresh) {
  const auto credentials = settings_.credentials(fresh);
  if (!credentials) {
    Fault fault{.kind = Fault::credentials, .operation = fmt::format("{}:{}", attempt.service.name, attempt.operation)};
    fault.error = credentials.error();
    return {.reply = std::move(fault), .server_time = {}};
  }
  Gate* gate = nullptr;
  {
    const std::lock_guard lock(gates_guard_);
    auto& slot = gates_[attempt.service.name];
    if (!slot) slot = std::make_unique<Gate>(kAtOnce);
    gate = slot.get();
  }
  const Turn turn(*gate);
  return exchange({.service = attempt.service,
                   .operation = attempt.operation,
                   .parameters = attempt.parameters,
                   .endpoint = endpoint,
                   .credentials = &*credentials,
                   .now = server_now(),
                   .cancel = attempt.cancel},
                  settings_.send);
}

// One attempt; with a second one at once where the clock is off or credentials have expired.
Reply Client::once(const Attempt& attempt) {
  const auto endpoint = endpoint_of(attempt.service, settings_.region, settings_.endpoints);
  auto first = signed_exchange(attempt, endpoint, false);
  if (first.reply) return std::move(first.reply);
  const auto& fault = first.reply.fault();
  if (clock_is_off(fault) && first.server_time) {
    const auto ahead = *first.server_time - settings_.clock->now();
    skew_seconds_.store(std::chrono::duration_cast<std::chrono::seconds>(ahead).count());
    return std::move(signed_exchange(attempt, endpoint, false).reply);
  }
  if (fault.is({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})) {
    return std::move(signed_exchange(attempt, endpoint, true).reply);
  }
  return std::move(first.reply);
}

Reply Client::call(std::string_view service, std::string_view operation, const Value& parameters,
                   const Cancel* cancel) {
  const auto* row = find_service(service);
  if (row == nullptr) std::abort();  // a service that services.cpp lacks: a bug
  const Attempt attempt{.service = *row, .operation = operation, .parameters = parameters, .cancel = cancel};
  int silences = 0;
  for (int n = 1;; ++n) {
    auto reply = once(attempt);
    if (reply) {
      budget_.give_back();
      return reply;
    }
    const auto& fault = reply.fault();
    const bool again = fault.transient() && (!fault.may_have_happened() || repeatable(operation, parameters));
    silences += fault.silent ? 1 : 0;
    if (!again || n >= kAttempts || silences >= kSilences || !budget_.take()) return reply;
    if (!settings_.clock->sleep(backoff(n, random()), cancel)) return cancelled(service, operation);
  }
}

Reply Client::list(std::string_view service, std::string_view operation, Map parameters, const Pages& pages,
                   const Cancel* cancel) {
  List all;
  for (int n = 1;; ++n) {
    auto page = call(service, operation, Value(parameters), cancel);
    if (!page) return page;
    const auto& items = items_of(page[pages.items]);
    all.insert(all.end(), items.begin(), items.end());
    const auto next = text_of(page[pages.output]);
    if (next.empty()) return Value(std::move(all));
    if (n == kMostPages || next == text_of(parameters[pages.input])) return endless(service, operation);
    parameters.set(std::string(pages.input), next);
  }
}

Result<Value> Client::wait(const Wait& wait, const std::function<Reply()>& ask,
                           const std::function<Verdict(const Reply&)>& judge, const Cancel* cancel) {
  for (auto waited = std::chrono::milliseconds{0};; waited += wait.every) {
    const auto reply = ask();
    switch (judge(reply)) {
      case Verdict::done:
        return reply ? reply.value() : Value();
      case Verdict::failed:
        return reply ? Error{.code = "E0626", .message = wait.what + " failed"} : reply.error();
      case Verdict::go_on:
        break;
    }
    if (waited >= wait.deadline) {
      Error late{.code = "E0626",
                 .message = fmt::format("{} isn't there after {} minutes", wait.what,
                                        std::chrono::duration_cast<std::chrono::minutes>(wait.deadline).count())};
      if (!reply) late.context.push_back(reply.error().message);
      return late;
    }
    if (!settings_.clock->sleep(wait.every, cancel)) {
      return Error{.code = "E0703", .message = "the wait for " + wait.what + " was cancelled"};
    }
  }
}

Result<std::string> Client::presigned_identity(const std::map<std::string, std::string>& headers) {
  const auto credentials = settings_.credentials(false);
  if (!credentials) return credentials.error();
  const auto* sts = find_service("sts");
  const auto endpoint = endpoint_of(*sts, settings_.region, settings_.endpoints);
  return presigned_url(endpoint.host, headers,
                       {{"Action", "GetCallerIdentity"}, {"Version", std::string(sts->version)}},
                       std::chrono::seconds(60), server_now(), endpoint.scope, *credentials);
}

}  // namespace infra::aws
