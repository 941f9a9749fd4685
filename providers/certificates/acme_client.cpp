#include "providers/certificates/acme_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "base/net/base64.h"
#include "base/net/url.h"
#include "base/values/codec.h"
#include "providers/certificates/certificate.h"

namespace infra::acme {
namespace {

using answer::Shape;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes kPatience{3};  // for one answer that takes time: a check of a host, a signature
constexpr std::chrono::seconds kPace{1};
constexpr std::chrono::seconds kLongestPause{15};
constexpr std::chrono::milliseconds kWink{100};
constexpr int kTries = 4;
constexpr std::string_view kProblem = "urn:ietf:params:acme:error:";

std::string base64_of(std::string_view bytes) {
  auto out = net::base64_url(bytes);
  return out.substr(0, out.find('='));
}

std::string header(const http::Response& response, const char* name) {
  const auto at = response.headers.find(name);
  return at != response.headers.end() ? at->second : std::string();
}

std::string text(const Value& value) { return value.string() != nullptr ? *value.string() : std::string(); }

std::string shortened(std::string words) {
  constexpr std::size_t kMost = 600;
  if (words.size() > kMost) words = words.substr(0, kMost) + "…";
  std::replace(words.begin(), words.end(), '\n', ' ');
  return words;
}

Shape problem_shape() {
  return answer::object_with({answer::optional("type", answer::text()), answer::optional("detail", answer::text())});
}

Shape directory_shape() {
  return answer::object_with({answer::required("newNonce", answer::id()), answer::required("newAccount", answer::id()),
                              answer::required("newOrder", answer::id())});
}

Shape order_shape() {
  return answer::object_with({answer::required("status", answer::id()),
                              answer::required("authorizations", answer::list_of(answer::id())),
                              answer::required("finalize", answer::id()), answer::optional("certificate", answer::id()),
                              answer::optional("error", problem_shape())});
}

Shape challenge_shape() {
  return answer::object_with({answer::required("type", answer::id()), answer::required("url", answer::id()),
                              answer::optional("status", answer::id()), answer::optional("error", problem_shape())});
}

Shape authorization_shape() {
  return answer::object_with(
      {answer::required("status", answer::id()),
       answer::required("identifier", answer::object_with({answer::required("value", answer::id())})),
       answer::required("challenges", answer::list_of(challenge_shape()))});
}

List contact_of(const std::string& email) { return email.empty() ? List() : List({"mailto:" + email}); }

std::string identifiers_of(const std::vector<std::string>& hosts) {
  List out;
  for (const auto& host : hosts) out.emplace_back(Map({{"type", "dns"}, {"value", host}}));
  return to_plain_json(Map(std::vector<Entry>{{"identifiers", std::move(out)}}));
}

// Seconds that an answer asks to wait for; a date there is as good as nothing.
std::chrono::seconds pause_after(const http::Response& response) {
  const auto said = header(response, "retry-after");
  int seconds = 0;
  const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), seconds);
  if (error != std::errc() || end != said.data() + said.size() || seconds <= 0) return kPace;
  return std::min(std::chrono::seconds(seconds), kLongestPause);
}

const Value* challenge_of(const Value& authorization) {
  const auto* all = authorization["challenges"].list();
  if (all == nullptr) return nullptr;
  const auto at = std::find_if(all->begin(), all->end(), [](const Value& c) { return text(c["type"]) == "http-01"; });
  return at != all->end() ? &*at : nullptr;
}

bool wants_newer_nonce(const http::Response& response) {
  if (response.status != 400) return false;
  const auto body = from_plain_json(response.body);
  return body && text((*body)["type"]) == std::string(kProblem) + "badNonce";
}

}  // namespace

std::string Client::Answer::location() const { return header(response, "location"); }

Result<std::string> Client::sign_up(const std::string& email) {
  if (auto read = read_directory(); !read) return std::move(read).error();
  Map wish(std::vector<Entry>{{"termsOfServiceAgreed", true}});
  wish.set("contact", contact_of(email));
  auto made = post({.what = "make an account", .url = new_account_, .payload = to_plain_json(wish), .kid = {}},
                   answer::object_with());
  if (!made) return std::move(made).error();
  if (const auto url = made->location(); !url.empty()) return url;
  return answer::unreadable({.who = authority_.directory, .what = "make an account"}, made->response,
                            "it doesn't say where the account is");
}

Result<Ok> Client::write_to(const std::string& account, const std::string& email) {
  if (auto read = read_directory(); !read) return read;
  const Value wish = Map(std::vector<Entry>{{"contact", contact_of(email)}});
  auto done = post({.what = "change the account", .url = account, .payload = to_plain_json(wish), .kid = account},
                   answer::object_with());
  if (!done) return std::move(done).error();
  return Ok{};
}

Result<std::string> Client::order(const std::string& account, const std::vector<std::string>& hosts, const Key& key) {
  if (auto read = read_directory(); !read) return std::move(read).error();
  auto made = post({.what = "order a certificate", .url = new_order_, .payload = identifiers_of(hosts), .kid = account},
                   order_shape());
  if (!made) return std::move(made).error();
  const auto url = made->location();
  for (const auto& authorization : *made->body["authorizations"].list()) {
    if (auto good = authorize(account, text(authorization)); !good) return std::move(good).error();
  }
  const Value wish = Map(std::vector<Entry>{{"csr", base64_of(signing_request(key, hosts))}});
  auto signing = post({.what = "sign the certificate",
                       .url = text(made->body["finalize"]),
                       .payload = to_plain_json(wish),
                       .kid = account},
                      order_shape());
  if (!signing) return std::move(signing).error();
  auto ready = wait({.what = "sign the certificate", .url = url, .payload = {}, .kid = account}, order_shape(),
                    "waiting for the certificate");
  if (!ready) return std::move(ready).error();
  if (text(ready->body["status"]) != "valid") return refused(ready->body["error"], "sign the certificate");
  auto chain = send_signed(
      {.what = "hand out the certificate", .url = text(ready->body["certificate"]), .payload = {}, .kid = account});
  if (!chain) return std::move(chain).error();
  if (chain->status != 200) return refused(*chain, "hand out the certificate");
  return chain->body;
}

Result<Ok> Client::authorize(const std::string& account, const std::string& url) {
  const Call look{.what = "check a host", .url = url, .payload = {}, .kid = account};
  auto seen = post(look, authorization_shape());
  if (!seen) return std::move(seen).error();
  const auto host = text(seen->body["identifier"]["value"]);
  if (text(seen->body["status"]) == "valid") return Ok{};
  const auto what = "check " + host;
  const auto* challenge = challenge_of(seen->body);
  if (challenge == nullptr) {
    return Error{.code = "E0618",
                 .message = fmt::format("{} doesn't offer to check {} over http (http-01)", authority_.directory, host),
                 .help = "use another authority, or get the certificate elsewhere and give it as a secret"};
  }
  auto begun =
      post({.what = what, .url = text((*challenge)["url"]), .payload = "{}", .kid = account}, challenge_shape());
  if (!begun) return std::move(begun).error();
  auto checked = wait(look, authorization_shape(), fmt::format("waiting until {} has been checked", host));
  if (!checked) return std::move(checked).error();
  if (text(checked->body["status"]) == "valid") return Ok{};
  const auto* after = challenge_of(checked->body);
  return refused(after != nullptr ? (*after)["error"] : Value(), what);
}

Result<Client::Answer> Client::wait(const Call& call, const Shape& shape, const std::string& progress) {
  const auto until = Clock::now() + kPatience;
  for (;;) {
    auto seen = post(call, shape);
    if (!seen) return seen;
    const auto status = text(seen->body["status"]);
    if (status != "pending" && status != "processing" && status != "ready") return seen;
    if (progress_) progress_(progress);
    const auto pause = Clock::now() + pause_after(seen->response);
    if (pause >= until) {
      return Error{.code = "E0618",
                   .message = fmt::format("{} did not {} within {} minutes: it is still \"{}\"", authority_.directory,
                                          call.what, kPatience.count(), status),
                   .help = "run the command again: what was checked already isn't checked a second time"};
    }
    while (Clock::now() < pause) {
      if (cancel_.draining()) return Error{.code = "E0703", .message = "stopped while waiting for a certificate"};
      std::this_thread::sleep_for(kWink);
    }
  }
}

Result<Ok> Client::read_directory() {
  const std::string what = "GET of its directory";
  auto response = send(authority_.directory, {}, what);
  if (!response) return std::move(response).error();
  auto body = answer::read(*response, {.shape = directory_shape()}, {.who = authority_.directory, .what = what});
  if (!body) return std::move(body).error();
  new_nonce_ = text((*body)["newNonce"]);
  new_account_ = text((*body)["newAccount"]);
  new_order_ = text((*body)["newOrder"]);
  return Ok{};
}

Result<std::string> Client::new_nonce() {
  if (!nonce_.empty()) return std::exchange(nonce_, {});
  auto response = send(new_nonce_, {}, "GET of a nonce");
  if (!response) return std::move(response).error();
  if (!nonce_.empty()) return std::exchange(nonce_, {});
  return answer::unreadable({.who = authority_.directory, .what = "GET of a nonce"}, *response, "it has none");
}

Result<Client::Answer> Client::post(const Call& call, const Shape& shape) {
  auto response = send_signed(call);
  if (!response) return std::move(response).error();
  if (response->status >= 400) return refused(*response, call.what);
  auto body = answer::read(*response, {.shape = shape, .statuses = {200, 201}},
                           {.who = authority_.directory, .what = call.what});
  if (!body) return std::move(body).error();
  return Answer{.response = *std::move(response), .body = *std::move(body)};
}

Result<http::Response> Client::send_signed(const Call& call) {
  for (int i = 1;; ++i) {
    auto nonce = new_nonce();
    if (!nonce) return std::move(nonce).error();
    const auto who = call.kid.empty() ? fmt::format(R"("jwk":{})", account_.jwk())
                                      : fmt::format(R"("kid":{})", to_plain_json(Value(call.kid)));
    const auto head = base64_of(fmt::format(R"({{"alg":"ES256",{},"nonce":{},"url":{}}})", who,
                                            to_plain_json(Value(*nonce)), to_plain_json(Value(call.url))));
    const auto payload = base64_of(call.payload);
    const Value body = Map({{"protected", head},
                            {"payload", payload},
                            {"signature", base64_of(account_.sign(fmt::format("{}.{}", head, payload)))}});
    auto response = send(
        call.url,
        {.method = "POST", .path = {}, .headers = {"Content-Type: application/jose+json"}, .body = to_plain_json(body)},
        call.what);
    if (!response || i == kTries || !wants_newer_nonce(*response)) return response;
  }
}

Result<http::Response> Client::send(const std::string& url, http::Request request, const std::string& what) {
  const auto parsed = net::parse_url(url);
  const bool safe = parsed && (parsed->origin.scheme == "https" ||
                               (parsed->origin.scheme == "http" && net::is_loopback(parsed->origin.host)));
  if (!safe) {
    return Error{
        .code = "E0618",
        .message = fmt::format("{} names \"{}\", which is no address over https", authority_.directory, shortened(url)),
        .help = "correct `directory`"};
  }
  request.path = parsed->path + (parsed->query.empty() ? "" : "?" + parsed->query);
  request.headers.emplace_back("User-Agent: infra");
  request.most_bytes = std::size_t{1} << 20U;
  request.cancel = &cancel_;
  auto sent = connections_.send({.base = parsed->origin.text(), .ca = authority_.ca}, request);
  if (const auto* failure = std::get_if<http::Failure>(&sent)) {
    if (failure->kind == http::Failure::cancelled)
      return Error{.code = "E0703", .message = "stopped while talking to a certificate authority"};
    return Error{.code = "E0618",
                 .message = fmt::format("{} doesn't answer ({}): {}", authority_.directory, what, failure->reason),
                 .help = failure->kind == http::Failure::tls
                             ? "name the file with who signed its certificate: ca = \"…\""
                             : "correct `directory`, or run the command again when it answers"};
  }
  auto& response = std::get<http::Response>(sent);
  if (auto nonce = header(response, "replay-nonce"); !nonce.empty()) nonce_ = std::move(nonce);
  return std::move(response);
}

Error Client::refused(const http::Response& response, const std::string& what) const {
  const auto body = from_plain_json(response.body);
  if (body && !answer::mismatch(problem_shape(), *body)) return refused(*body, what);
  return answer::unreadable({.who = authority_.directory, .what = what}, response, "it isn't what ACME says");
}

Error Client::refused(const Value& problem, const std::string& what) const {
  auto type = text(problem["type"]);
  if (type.starts_with(kProblem)) type = type.substr(kProblem.size());
  const auto detail = text(problem["detail"]);
  Error out{.code = "E0618",
            .message = fmt::format("{} refuses to {}: {}{}", authority_.directory, what,
                                   detail.empty() ? "it gives no reason" : shortened(detail),
                                   type.empty() ? "" : fmt::format(" ({})", shortened(type)))};
  if (type == "rateLimited") {
    out.help = "it was asked too often: wait for as long as it says before the next apply";
  } else if (type == "connection" || type == "unauthorized" || type == "dns" || type == "incorrectResponse") {
    out.help =
        "the host's name must lead to this load balancer's http listener, at port 80, for whoever asks from "
        "outside";
  } else {
    out.help = "correct what it names; `infra apply` asks again";
  }
  return out;
}

}  // namespace infra::acme
