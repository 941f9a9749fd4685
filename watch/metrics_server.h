// Serves one text over HTTP/1.1: GET or HEAD /metrics. Everything else is refused.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace infra {

class MetricsServer {
 public:
  // `address`: "127.0.0.1:9464", "[::1]:9464", ":9464" (all of this machine's). `text` is called by another thread.
  // E0902: `address` isn't one. E0818: it can't be listened on.
  static Result<MetricsServer> open(const std::string& address, std::function<std::string()> text);
  MetricsServer(MetricsServer&&) noexcept;
  MetricsServer& operator=(MetricsServer&&) noexcept;
  ~MetricsServer();  // closes what is open

  [[nodiscard]] std::string address() const;  // with the port that port 0 became

 private:
  class Listener;
  explicit MetricsServer(std::unique_ptr<Listener> listener);
  std::unique_ptr<Listener> listener_;
};

}  // namespace infra
