// The API of one container engine (Docker's; Podman's compatible one). Transport and version are handled here; what a
// status means is for the caller to say.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/value.h"
#include "providers/nodes/endpoint.h"

namespace infra::nodes {

struct Reply {
  long status = 0;
  Value body;           // of JSON answers, else null
  std::string text;     // of other answers
  std::string message;  // the engine's own words, if status >= 400
  [[nodiscard]] bool ok() const { return status < 300 || status == 304; }
};

struct CallOptions {
  std::chrono::milliseconds timeout{60'000};
  const Cancel* cancel = nullptr;
  std::vector<std::string> headers = {};
};

class Engine {
 public:
  Engine(std::string node, Endpoint endpoint) : node_(std::move(node)), endpoint_(std::move(endpoint)) {}

  [[nodiscard]] const std::string& node() const { return node_; }

  // `path` without the version: "/containers/json?all=1". The engine not answering is an Error (E0601, E0602, E0603,
  // E0703); an HTTP status is not.
  Result<Reply> get(const std::string& path, const CallOptions& options = {});
  Result<Reply> post(const std::string& path, const Value& body, const CallOptions& options = {});
  Result<Reply> remove(const std::string& path, const CallOptions& options = {});

  // A call whose answer is a stream of JSON objects. They are read to the end, for errors stand inside of streams that
  // began with 200. `source`, if set, gives the request's body.
  using Source = std::function<std::optional<std::size_t>(char* buffer, std::size_t size)>;
  using OnObject = std::function<void(const Value& object)>;
  Result<Reply> stream(const std::string& path, const Source& source, const OnObject& on_object,
                       const CallOptions& options = {});

  // E0610 with the engine's words: for what no caller knows better.
  [[nodiscard]] Error refused(const Reply& reply, const std::string& what) const;

 private:
  Result<std::string> versioned(const std::string& path);
  Result<Ok> negotiate();
  Result<Reply> call(http::Request request, const CallOptions& options);
  [[nodiscard]] Error transport_error(const http::Failure& failure) const;

  std::string node_;
  Endpoint endpoint_;
  // Minor of the API version that both sides know; 0 until the first call. Asking twice at once does no harm.
  std::atomic<int> minor_{0};
};

}  // namespace infra::nodes
