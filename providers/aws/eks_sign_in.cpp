#include "providers/aws/eks_sign_in.h"

#include <memory>
#include <mutex>
#include <optional>

#include "base/net/base64.h"
#include "providers/aws/api/aws_client.h"
#include "providers/aws/credentials/chain.h"

namespace infra {

namespace {

using namespace std::chrono_literals;

// EKS takes a token for fifteen minutes, however long its URL is good for.
constexpr auto kKept = 10min;

// "k8s-aws-v1." and the URL that says who one is, in base64 without padding.
std::string token_of(const std::string& url) {
  auto text = net::base64_url(url);
  while (text.ends_with('=')) text.pop_back();
  return "k8s-aws-v1." + text;
}

class SignedTokens {
 public:
  SignedTokens(std::string cluster, aws::ClientSettings settings)
      : cluster_(std::move(cluster)), clock_(settings.clock), client_(std::move(settings)) {}

  Result<EksToken> give(bool renew) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_->now();
    if (kept_ && !renew && now < kept_->expires) return *kept_;
    const auto url = client_.presigned_identity({{"x-k8s-aws-id", cluster_}});
    if (!url) return url.error();
    kept_ = EksToken{.text = token_of(*url), .expires = now + kKept};
    return *kept_;
  }

 private:
  const std::string cluster_;
  const std::shared_ptr<aws::Clock> clock_;
  std::mutex mutex_;
  aws::Client client_;
  std::optional<EksToken> kept_;
};

}  // namespace

Result<EksTokens> sign_in_at_eks(const EksAccess& cluster) {
  auto clock = std::make_shared<aws::SystemClock>();
  auto settings = aws::find_settings({.region = cluster.region, .profile = cluster.profile, .endpoint = cluster.api},
                                     aws::process_surroundings(clock));
  if (!settings) return std::move(settings).error();
  auto tokens = std::make_shared<SignedTokens>(cluster.name, aws::ClientSettings{.region = settings->region,
                                                                                 .endpoints = settings->endpoints,
                                                                                 .credentials = settings->credentials,
                                                                                 .clock = clock,
                                                                                 .send = {}});
  return EksTokens([tokens](bool renew) { return tokens->give(renew); });
}

}  // namespace infra
