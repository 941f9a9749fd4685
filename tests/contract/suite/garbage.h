// "An answer that can't be read is no answer", for every provider that talks HTTP: each call is made once against good
// answers, then again with each of its answers spoilt in each way, one at a time.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "providers/provider.h"
#include "tests/support/http_server.h"

namespace infra::test {

using testing::HttpAnswer;
using testing::HttpAsked;

// One way of spoiling a good answer; nullopt if that leaves it as it is.
struct Garbage {
  const char* name;
  std::function<std::optional<HttpAnswer>(const HttpAnswer& good)> spoil;
};
const std::vector<Garbage>& garbage();

// A service that gives good answers, but for one request of a call.
class GarblingServer {
 public:
  // `again`: the same request made once more gets the same garbage, as a client that tries again is to see.
  explicit GarblingServer(testing::HttpServer::Handler good, bool again = false);
  [[nodiscard]] std::string address() const { return server_.address(); }
  // Request number `at` of the next call is spoilt; nullptr: none is.
  void expect(std::size_t at, const Garbage* how);
  [[nodiscard]] std::vector<std::string> asked() const;  // "GET /v1.43/networks", since expect()
  [[nodiscard]] bool spoilt() const;                     // one was, since expect()

 private:
  HttpAnswer answer(const HttpAsked& asked);
  testing::HttpServer::Handler good_;
  bool again_;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  std::size_t at_ = 0;
  const Garbage* how_ = nullptr;
  bool spoilt_ = false;
  std::string victim_;  // the request that was spoilt
  testing::HttpServer server_;
};

// A call of a provider. It returns what is wrong with how the provider behaved: an empty text if all is well.
// `spoilt`: whether one of its answers couldn't be read.
struct ProviderCall {
  std::string name;
  std::function<std::string(Provider& provider, bool spoilt)> run;
};

// Every known object is seen or hidden, and if something was spoilt something is hidden.
ProviderCall observing(const std::vector<KnownObject>& known);
// It fails if something was spoilt, and what can be read is found.
ProviderCall reading(const std::string& type, const std::string& id, const Value& wanted = {});
ProviderCall destroying(const ExistingObject& existing);
ProviderCall creating(const CreateRequest& request);

// One try of something. It returns what is wrong, as a ProviderCall does.
struct Attempt {
  std::string name;
  std::function<std::string(bool spoilt)> run;
};
using Connect = std::function<std::unique_ptr<Provider>()>;
// Each with a connection of its own.
std::vector<Attempt> attempts(const Connect& connect, const std::vector<ProviderCall>& calls);

// Fails the test with the request and the kind of garbage that was believed. Returns how many answers were spoilt.
std::size_t check_garbage(GarblingServer& server, const std::vector<Attempt>& attempts);
// `rounds` answers spoilt at random, by seeds from 1 on: cut anywhere, a value of another kind somewhere, nested
// deeply, or in one of the ways of garbage(). No answer may take more than 500 MB.
void sweep_garbage(GarblingServer& server, const std::vector<Attempt>& attempts, int rounds);

}  // namespace infra::test
