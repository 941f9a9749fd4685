#include "lsp/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "lsp/methods.h"

namespace infra::lsp {
namespace {

Json reply(const Json& id) { return {{"jsonrpc", "2.0"}, {"id", id}}; }

}  // namespace

void Server::receive(std::string_view body) {
  const Json message = Json::parse(body, nullptr, false);
  if (message.is_discarded()) return refuse(nullptr, {kParseError, "this message is no JSON"});
  const auto* id = look(message, {"id"});
  // What is in an id is sent back, and copying and writing JSON recurses into it.
  if (id != nullptr && id->is_structured()) return refuse(nullptr, {kInvalidRequest, "an id is a number or a text"});
  const auto method = text(message, {"method"});
  const auto* params = look(message, {"params"});
  const Json none = Json::object();
  if (method.empty()) {
    const bool response = look(message, {"result"}) != nullptr || look(message, {"error"}) != nullptr;
    if (!response) refuse(id != nullptr ? *id : Json(), {kInvalidRequest, "this message has no method"});
    return;
  }
  if (id != nullptr) {
    request(*id, method, params != nullptr ? *params : none);
  } else {
    notify(method, params != nullptr ? *params : none);
  }
}

void Server::refuse(const Json& id, const Refusal& refusal) {
  auto message = reply(id);
  message["error"] = {{"code", refusal.code}, {"message", refusal.message}};
  send(std::move(message));
}

// The JSON library throws where a message holds what nobody expected; one bad request mustn't end the session.
void Server::request(const Json& id, const std::string& method, const Json& params) {
  try {
    auto given = answer(method, params);
    if (const auto* refusal = std::get_if<Refusal>(&given)) return refuse(id, *refusal);
    auto message = reply(id);
    message["result"] = std::get<Json>(std::move(given));
    send(std::move(message));
  } catch (const std::exception& bug) {
    refuse(id, {kInternalError, fmt::format("internal error in {}: {}", method, bug.what())});
  }
}

Answer Server::answer(const std::string& method, const Json& params) {
  if (method == "initialize") {
    if (life_ == Life::fresh) return initialize(params);
    return Refusal{kInvalidRequest, "initialize may come only once"};
  }
  if (life_ == Life::fresh) return Refusal{kNotInitialized, "the first request must be initialize"};
  if (life_ == Life::shut_down) return Refusal{kInvalidRequest, "the server was shut down; only exit may follow"};
  if (method == "shutdown") {
    life_ = Life::shut_down;
    return Json();
  }
  const auto known = all_requests();
  const auto at = std::find_if(known.begin(), known.end(), [&](const Request& r) { return r.method == method; });
  if (at == known.end()) return Refusal{kMethodNotFound, fmt::format("this server knows no {}", method)};
  return at->answer(session_, params);
}

Answer Server::initialize(const Json& params) {
  life_ = Life::running;
  session_.snippets = flag(params, {"capabilities", "textDocument", "completion", "completionItem", "snippetSupport"});
  return Json{{"capabilities", capabilities()},
              {"serverInfo", {{"name", "infra"}, {"version", session_.host().version}}}};
}

void Server::notify(const std::string& method, const Json& params) {
  if (method == "exit") {
    exit_code_ = life_ == Life::shut_down ? 0 : 1;
    return;
  }
  if (life_ != Life::running) return;
  const auto known = all_notifications();
  const auto at = std::find_if(known.begin(), known.end(), [&](const Notification& n) { return n.method == method; });
  if (at == known.end()) return;  // as the protocol wants it
  try {
    at->take(session_, params);
  } catch (const std::exception&) {
    // Nobody waits for an answer; the document keeps the text that it had.
  }
}

bool Server::idle() {
  const auto folder = session_.take_news();
  if (!folder) return session_.free_outdated();
  for (auto& message : diagnostics_of(session_, *folder)) send(std::move(message));
  return true;
}

std::optional<std::string> Server::next_outgoing() {
  if (outgoing_.empty()) return std::nullopt;
  // Bytes that aren't UTF-8 may stand in a file, so in a message about it.
  auto text = outgoing_.front().dump(-1, ' ', false, Json::error_handler_t::replace);
  outgoing_.pop_front();
  return text;
}

}  // namespace infra::lsp
