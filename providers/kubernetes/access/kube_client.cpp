#include "providers/kubernetes/access/kube_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/net/base64.h"
#include "providers/answer.h"
#include "providers/at_once.h"
#include "providers/kubernetes/access/continue_token.h"

namespace infra::kubernetes {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr int kTries = 2;                    // of a server that has never answered
constexpr milliseconds kRestart = 45s;       // how long one that has may be away
constexpr milliseconds kFirstPause = 200ms;  // doubles
constexpr milliseconds kLongestPause = 5s;
constexpr milliseconds kBusy = 120s;  // how long it may say that it is busy
// A page costs the server as much again as 400 objects: what doesn't fit into the first one comes in larger ones.
constexpr int kFirstPage = 500;
constexpr int kNextPage = 2000;

bool sleep_in_turns(milliseconds time, const Cancel* cancel) {
  for (auto left = time; left > 0ms; left -= 50ms) {
    if (cancel != nullptr && cancel->aborting()) return false;
    std::this_thread::sleep_for(std::min(left, milliseconds(50ms)));
  }
  return true;
}

milliseconds pause_asked_for(const http::Response& response, milliseconds otherwise) {
  const auto at = response.headers.find("retry-after");
  if (at == response.headers.end()) return otherwise;
  const int seconds = std::atoi(at->second.c_str());
  return seconds > 0 && seconds <= 60 ? milliseconds(seconds * 1s) : otherwise;
}

bool is_busy(const http::Response& response) {
  return response.status == 429 || response.status == 503 || response.status == 504 || response.status == 502;
}

}  // namespace

Client::Client(Access access, Sender send, Sleep sleep)
    : access_(std::move(access)),
      pool_(std::make_shared<http::Pool>()),
      send_(send ? std::move(send)
                 : [pool = pool_](const http::Target& target,
                                  const http::Request& request) { return pool->send(target, request); }),
      sleep_(sleep ? std::move(sleep) : sleep_in_turns) {}

Result<http::Request> Client::request(const Ask& ask, http::Target& target, bool renew) {
  auto credential = access_.credentials(renew);
  if (!credential) return std::move(credential).error();
  target = access_.target;
  target.cert_pem = credential->cert_pem;
  target.key_pem = credential->key_pem;
  http::Request out{.method = ask.method, .path = ask.path};
  out.headers = {"Accept: " + ask.accept, "User-Agent: infra"};
  if (!credential->token.empty()) {
    out.headers.push_back("Authorization: Bearer " + credential->token);
  } else if (!credential->username.empty()) {
    out.headers.push_back("Authorization: " + net::basic_authorization(credential->username, credential->password));
  }
  if (!access_.as_user.empty()) out.headers.push_back("Impersonate-User: " + access_.as_user);
  for (const auto& group : access_.as_groups) out.headers.push_back("Impersonate-Group: " + group);
  if (!ask.body.is_null()) {
    out.headers.push_back("Content-Type: " + ask.content_type);
    out.body = ask.body.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  out.most_bytes = std::size_t{256} << 20U;
  out.cancel = ask.cancel;
  return out;
}

Result<http::Response> Client::send(const Ask& ask, bool& uncertain) {
  bool renew = false;
  bool renewed = false;
  auto pause = kFirstPause;
  milliseconds away{0};
  milliseconds busy{0};
  for (int tries = 1;; ++tries) {
    http::Target target;
    auto made = request(ask, target, renew);
    if (!made) return std::move(made).error();
    renew = false;
    auto sent = send_(target, *made);
    if (const auto* failure = std::get_if<http::Failure>(&sent)) {
      if (failure->kind == http::Failure::cancelled)
        return Error{.code = "E0703", .message = "the request was cancelled"};
      const bool again = failure->retryable() && (answered_ ? away < kRestart : tries < kTries);
      if (!again) {
        const bool tls = failure->kind == http::Failure::tls;
        return Error{
            .code = "E0631",
            .message = fmt::format("the API server {} doesn't answer: {}", access_.target.base, failure->reason),
            .help = tls ? fmt::format("check the cluster's `certificate-authority` in {}", access_.where)
                        : fmt::format("it is the one of {}", access_.where)};
      }
      uncertain = uncertain || failure->kind != http::Failure::refused;
      away += pause;
    } else {
      auto& response = std::get<http::Response>(sent);
      answered_ = true;
      if (response.status == 401 && !renewed) {
        renew = renewed = true;
        continue;
      }
      if (response.status == 401) {
        return Error{.code = "E0632",
                     .message = fmt::format("the API server {} doesn't take the credentials of {}", access_.target.base,
                                            access_.where),
                     .help = "sign in again; `kubectl auth can-i get pods` shows whether they are good"};
      }
      if (!is_busy(response) || busy >= kBusy) return std::move(response);
      pause = pause_asked_for(response, pause);
      busy += pause;
    }
    if (!sleep_(pause, ask.cancel)) return Error{.code = "E0703", .message = "the request was cancelled"};
    pause = std::min(pause * 2, kLongestPause);
  }
}

Result<Reply> Client::ask(const Ask& ask) {
  bool uncertain = false;
  auto response = send(ask, uncertain);
  if (!response) return std::move(response).error();
  auto reply = read(ask, *response);
  if (reply) reply->uncertain = uncertain;
  return reply;
}

Result<Reply> Client::read(const Ask& ask, const http::Response& response) const {
  Reply out;
  out.status = response.status;
  auto body = parse(response.body);
  // A path of a group that isn't served has no object in its answer.
  if (!body && response.status == 404 && response.body.starts_with("404 page not found")) return out;
  if (!body || !body->is_object()) {
    const auto path = ask.path.substr(0, ask.path.find('?'));
    return answer::unreadable({.who = "the API server " + access_.target.base, .what = ask.method + " " + path},
                              response, "it isn't JSON");
  }
  out.body = *std::move(body);
  return out;
}

Result<std::string> Client::ask_text(const std::string& path) {
  bool uncertain = false;
  auto response = send({.path = path, .accept = "*/*"}, uncertain);
  if (!response) return std::move(response).error();
  if (response->status != 200) {
    return Error{.code = "E0634", .message = fmt::format("{} is answered with status {}", path, response->status)};
  }
  return std::move(response->body);
}

Result<Reply> Client::follow(const std::string& path, const std::function<bool(std::string_view)>& take,
                             const Cancel& cancel) {
  for (const bool renew : {false, true}) {
    http::Target target;
    auto made = request({.path = path, .accept = "*/*", .cancel = &cancel}, target, renew);
    if (!made) return std::move(made).error();
    made->timeout = 0ms;
    made->on_data = [&](const http::Response&, std::string_view piece) { return take(piece); };
    auto sent = send_(target, *made);
    if (const auto* failure = std::get_if<http::Failure>(&sent)) {
      if (failure->kind == http::Failure::stopped) return Reply{.status = 200};
      return Error{.code = failure->kind == http::Failure::cancelled ? "E0703" : "E0631",
                   .message = fmt::format("the API server {} doesn't answer: {}", access_.target.base, failure->reason),
                   .help = fmt::format("it is the one of {}", access_.where)};
    }
    const auto& response = std::get<http::Response>(sent);
    if (response.status == 401 && !renew) continue;
    return Reply{.status = response.status, .body = parse(response.body).value_or(Json())};
  }
  return Reply{.status = 401};
}

Ask Client::page(const Wanted& wanted, const std::string& next) {
  auto path = fmt::format("{}?limit={}", wanted.path, next.empty() ? kFirstPage : kNextPage);
  if (!wanted.selector.empty()) path += "&labelSelector=" + http::url_encoded(wanted.selector);
  if (!next.empty()) path += "&continue=" + http::url_encoded(next);
  return {.path = path,
          .accept = wanted.metadata_only
                        ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
                        : "application/json",
          .cancel = wanted.cancel};
}

Result<std::optional<Reply>> Client::list(const Wanted& wanted, const TakePage& take) {
  bool uncertain = false;
  auto response = send(page(wanted, ""), uncertain);
  bool first = true;
  for (int restarts = 0;;) {
    if (!response) return std::move(response).error();
    // What comes next is on its way while this is read and looked at.
    auto next = response->status == 200 ? continue_token(response->body) : "";
    std::future<Result<http::Response>> coming;
    if (!next.empty()) coming = at_once([&] { return send(page(wanted, next), uncertain); });
    auto reply = read(page(wanted, next), *response);
    if (!reply) return std::move(reply).error();
    if (reply->status == 410 && restarts < 5) {
      ++restarts;
      first = true;
      response = send(page(wanted, ""), uncertain);
      continue;
    }
    if (!*reply) return std::optional(*std::move(reply));
    const auto items = reply->body.find("items");
    if (items == reply->body.end() || !(items->is_array() || items->is_null())) {
      return Error{.code = "E0615",
                   .message = fmt::format("the API server {} answers GET {} with what is no list", access_.target.base,
                                          wanted.path)};
    }
    if (next.empty()) next = text(get(reply->body, "metadata", "continue"));
    auto taken = take(items->is_array() ? std::move(items->get_ref<Json::array_t&>()) : Json::array_t(), first);
    if (!taken) return std::move(taken).error();
    if (next.empty()) return std::optional<Reply>();
    response = coming.valid() ? coming.get() : send(page(wanted, next), uncertain);
    first = false;
  }
}

Result<std::optional<Reply>> Client::list(const Wanted& wanted, std::vector<Json>& into) {
  const auto begin = into.size();
  return list(wanted, [&](std::vector<Json> items, bool first) -> Result<Ok> {
    if (first) into.resize(begin);
    std::move(items.begin(), items.end(), std::back_inserter(into));
    return Ok{};
  });
}

}  // namespace infra::kubernetes
