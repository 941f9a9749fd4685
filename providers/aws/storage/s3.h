// Objects in a store that speaks S3's API: AWS itself, MinIO, Ceph and others. A bucket is a part of the path, which
// all of them take.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "providers/aws/api/clock.h"
#include "providers/aws/api/endpoints.h"
#include "providers/aws/credentials/chain.h"
#include "providers/http.h"

namespace infra::aws {

class S3 {
 public:
  // Where and as whom the environment and the profile say: AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID and so
  // on.
  static Result<S3> open(std::string bucket);

  // In parts, if it is large; it is there when all of it is. E0621, E0622, E0623.
  Result<Ok> put(const std::string& key, const std::string& file, const Cancel& cancel);
  Result<Ok> get(const std::string& key, const std::string& file, const Cancel& cancel);
  // Keys that begin so, sorted.
  Result<std::vector<std::string>> list(const std::string& prefix, const Cancel& cancel);
  Result<Ok> remove(const std::string& key, const Cancel& cancel);

 private:
  S3(std::string bucket, Settings settings, std::shared_ptr<Clock> clock, std::string ca);
  struct Call {
    std::string what;  // "keep db.tar.gz", for messages
    std::string method;
    std::string key = {};
    Query query = {};
    std::string body = {};
    std::function<bool(const http::Response&, std::string_view)> on_data = {};
  };
  // A few times, if the store or the way to it fails.
  Result<http::Response> send(const Call& call, const Cancel& cancel);
  Result<http::Request> signed_request(const Call& call) const;
  Result<Ok> put_parts(const std::string& key, const std::string& file, std::size_t size, const Cancel& cancel);
  Result<std::string> upload_parts(const std::string& key, const std::string& file, const std::string& upload,
                                   std::size_t size, const Cancel& cancel);
  [[nodiscard]] Error refused(const http::Response& response, const std::string& what) const;

  std::string bucket_;
  Settings settings_;
  std::shared_ptr<Clock> clock_;
  std::string ca_;  // file; empty: those that this machine trusts
  Endpoint endpoint_;
  std::shared_ptr<http::Pool> connections_ = std::make_shared<http::Pool>();
};

}  // namespace infra::aws
