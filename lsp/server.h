// The protocol's life: initialize, requests and notifications, shutdown, exit. Messages in, messages out; the caller
// moves the bytes.
#pragma once
#include <deque>

#include "lsp/lsp_session.h"

namespace infra::lsp {

class Server {
 public:
  explicit Server(Host host) : session_(std::move(host)) {}

  void receive(std::string_view body);
  // What can wait until nothing more is being typed: diagnostics, one folder a call. False: nothing was to do.
  bool idle();
  std::optional<std::string> next_outgoing();
  [[nodiscard]] std::optional<int> exit_code() const { return exit_code_; }

 private:
  void request(const Json& id, const std::string& method, const Json& params);
  void notify(const std::string& method, const Json& params);
  Answer answer(const std::string& method, const Json& params);
  Answer initialize(const Json& params);
  void send(Json message) { outgoing_.push_back(std::move(message)); }
  void refuse(const Json& id, const Refusal& refusal);

  enum class Life { fresh, running, shut_down } life_ = Life::fresh;
  Session session_;
  std::deque<Json> outgoing_;
  std::optional<int> exit_code_;
};

}  // namespace infra::lsp
