// The API of one container engine (Docker's; Podman's compatible one). Transport, version and the form of every answer
// are handled here; what a refusal means is for the caller to say.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/values/value.h"
#include "providers/answer.h"
#include "providers/http_stream.h"
#include "providers/nodes/endpoint.h"
#include "providers/nodes/engine_quirks.h"

namespace infra::nodes {

struct Reply {
  long status = 0;
  Value body;           // of the shape that was asked for, if ok()
  std::string text;     // of raw(), if ok()
  std::string message;  // the engine's own words, if status >= 400
  [[nodiscard]] bool ok() const { return status < 300 || status == 304; }
};

struct CallOptions {
  std::chrono::milliseconds timeout{60'000};
  const Cancel* cancel = nullptr;
  std::vector<std::string> headers = {};
  int minor = 0;  // the API version to speak, 1.MINOR; 0: the newest that both sides know
};

class Engine {
 public:
  Engine(std::string node, Endpoint endpoint) : node_(std::move(node)), endpoint_(std::move(endpoint)) {}

  [[nodiscard]] const std::string& node() const { return node_; }
  // Empty of one that is reached over a network.
  [[nodiscard]] const std::string& unix_socket() const { return endpoint_.target.unix_socket; }

  // `path` without the version: "/containers/json?all=1". The engine not answering is an Error (E0601, E0602, E0603,
  // E0703), and so is an answer that can't be read (E0615): whatever isn't ok() and isn't an Error was refused in the
  // engine's own words. A 404 is believed only from the engine itself.
  Result<Reply> get(const std::string& path, const answer::Shape& shape, const CallOptions& options = {});
  // A list's items as they come in, so that its length costs no memory. An Error may follow items: they count only if
  // the reply is ok().
  using OnItem = answer::ListReader::OnItem;
  Result<Reply> list(const std::string& path, const answer::Shape& item, const OnItem& on_item,
                     const CallOptions& options = {});
  // A text of no certain form, for people: a log. `text` is cut at a mebibyte.
  Result<Reply> raw(const std::string& path, const CallOptions& options = {});
  // The same of any request whose answer has no certain form: what a command wrote that was run in a container.
  Result<Reply> raw(http::Request request, const CallOptions& options);
  // Answered by 200 or 201 with a body of `shape`.
  Result<Reply> post(const std::string& path, const Value& body, const answer::Shape& shape,
                     const CallOptions& options = {});
  Result<Reply> remove(const std::string& path, const answer::Shape& shape, const CallOptions& options = {});
  // Answered without a body: 204, or 304 if nothing was to be done.
  Result<Reply> post(const std::string& path, const CallOptions& options = {});
  Result<Reply> post_for_nothing(const std::string& path, const Value& body, const CallOptions& options = {});
  Result<Reply> remove(const std::string& path, const CallOptions& options = {});

  // A call whose answer is a stream of JSON objects. They are read to the end, for errors stand inside of streams that
  // began with 200. `source`, if set, gives the request's body.
  using Source = std::function<std::optional<std::size_t>(char* buffer, std::size_t size)>;
  using OnObject = std::function<void(const Value& object)>;
  Result<Reply> stream(const std::string& path, const Source& source, const OnObject& on_object,
                       const CallOptions& options = {});

  // An answer that has no end of its own, or may be long: given on piece by piece, until `on_piece` says false, which
  // is no failure. Nothing is kept.
  using OnPiece = std::function<bool(std::string_view piece)>;
  Result<Reply> follow(const std::string& path, const OnPiece& on_piece, const CallOptions& options = {});
  // Leaves HTTP. A Reply: it was refused.
  Result<std::variant<std::unique_ptr<http::Stream>, Reply>> upgrade(const std::string& path, const Value& body);
  // Minor of the API version that both sides know.
  Result<int> minor();
  // What it does otherwise than Docker's.
  Result<Quirks> quirks();
  // Does the log driver that it uses by default take `max-size` and `max-file`? Others refuse what they don't know.
  Result<bool> rotates_logs();

  // Has `every` passed since this was last true of that name? At the first time it has.
  bool is_due(const std::string& name, std::chrono::milliseconds every);
  // Nothing else that is done so is done on this engine meanwhile.
  Result<Ok> alone(const std::function<Result<Ok>()>& act);
  // Does what is known by this name once, as long as this object lives; who asks meanwhile waits. Not after a failure.
  Result<Ok> once(const std::string& name, const std::function<Result<Ok>()>& act);

  // May a registry's password be sent to it? E0611 if that would go over a network in clear.
  [[nodiscard]] Result<Ok> check_may_have_password() const;

  // E0610 with the engine's words: for what no caller knows better.
  [[nodiscard]] Error refused(const Reply& reply, const std::string& what) const;

 private:
  Result<std::string> versioned(const std::string& path, int minor);
  Result<Ok> negotiate();
  Result<http::Response> send(http::Request request, const CallOptions& options);
  // With the way there open.
  Result<http::Target> target();
  Result<http::Response> transfer(const http::Request& request);
  // A whole answer with a body of `shape`, or without one if that is nullptr.
  Result<Reply> call(http::Request request, const answer::Shape* shape, const CallOptions& options);
  [[nodiscard]] Result<Reply> refusal(http::Response response, const answer::Asked& asked) const;
  [[nodiscard]] answer::Asked asked(const http::Request& request) const;
  [[nodiscard]] Error transport_error(const http::Failure& failure) const;

  std::string node_;
  Endpoint endpoint_;
  http::Pool connections_;
  // Minor of the API version that both sides know; 0 until the first call. Asking twice at once does no harm.
  std::atomic<int> minor_{0};
  Quirks quirks_;  // written before minor_
  std::once_flag quirks_known_;
  // Until then nothing connects to it: a machine that is gone costs its timeout once, not once a call.
  std::atomic<std::chrono::steady_clock::time_point> silent_until_{};
  enum Rotates { unknown, yes, no };
  std::atomic<Rotates> rotates_{unknown};  // the same
  std::mutex alone_;
  std::set<std::string> done_;  // by once()
  std::mutex due_;
  std::map<std::string, std::chrono::steady_clock::time_point> last_;  // by is_due()
};

}  // namespace infra::nodes
