// A client of ACME (RFC 8555) with http-01: whoever asks answers the authority's questions at port 80 of each host with
// "TOKEN.THUMBPRINT" of the account's key, which is the same for all of its orders.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "providers/answer.h"
#include "providers/certificates/key.h"
#include "providers/http.h"

namespace infra::acme {

struct Authority {
  std::string directory;  // https://…
  std::string ca = {};    // file with who signed its own certificate; empty: those that this machine trusts
};

class Client {
 public:
  using Progress = std::function<void(std::string)>;
  Client(Authority authority, const Key& account, const Cancel& cancel, Progress progress)
      : authority_(std::move(authority)), account_(account), cancel_(cancel), progress_(std::move(progress)) {}

  // Makes the account, or finds the one that the key has already. Its URL.
  Result<std::string> sign_up(const std::string& email);
  // From now on to this address; empty: to nobody.
  Result<Ok> write_to(const std::string& account, const std::string& email);
  // Certificates for these hosts, the first and those that signed it, as PEM. `account`: its URL.
  Result<std::string> order(const std::string& account, const std::vector<std::string>& hosts, const Key& key);

 private:
  struct Answer {
    http::Response response;
    Value body;
    [[nodiscard]] std::string location() const;
  };
  struct Call {
    std::string what;  // "make an account", for messages
    std::string url;
    std::string payload;  // empty: only asks for what is there
    std::string kid;      // empty: the request has the key itself
  };

  Result<Ok> read_directory();
  Result<std::string> new_nonce();
  // Signed. Once more if the authority wants a newer nonce.
  Result<Answer> post(const Call& call, const answer::Shape& shape);
  Result<http::Response> send_signed(const Call& call);
  Result<http::Response> send(const std::string& url, http::Request request, const std::string& what);
  // Asks until `status` is none of those that only mean waiting.
  Result<Answer> wait(const Call& call, const answer::Shape& shape, const std::string& progress);
  Result<Ok> authorize(const std::string& account, const std::string& url);
  [[nodiscard]] Error refused(const http::Response& response, const std::string& what) const;
  [[nodiscard]] Error refused(const Value& problem, const std::string& what) const;

  const Authority authority_;
  const Key& account_;
  const Cancel& cancel_;
  const Progress progress_;
  http::Pool connections_;
  std::string nonce_;                                // for the next request; empty: it has to be asked for
  std::string new_nonce_, new_account_, new_order_;  // URLs of the directory
};

}  // namespace infra::acme
