// Listeners whose certificate comes from an authority: one account a load balancer, one certificate a listener.
#pragma once
#include <string>
#include <vector>

#include "providers/engine/lowering.h"

namespace infra::engine {

// The parts of a load balancer that are no HAProxy.
inline constexpr const char* kAcmeAccount = "acme.account";
std::string certificate_part(std::string_view listener);  // "certificate.safe"

class Acme {
 public:
  // Of lowering.resource and its listeners. False after a diagnostic, if they can't be had.
  explicit Acme(const Lowering& lowering) : lowering_(lowering) {}
  bool read(const std::vector<const Resource*>& listeners);

  // What a listener's inputs say beside: how it answers the authority (http), whom its first certificate names.
  void add_to(Map& listener_inputs, const Resource& listener) const;
  // The account, and the certificates, which need `balancers`.
  [[nodiscard]] std::vector<LoweredResource> parts(const std::vector<Address>& balancers) const;

 private:
  struct Wanted {
    const Resource* listener;
    std::vector<std::string> hosts;
  };
  bool add(const Resource& listener);
  bool same_authority(const Resource& listener);
  bool good_hosts(const Resource& listener, const std::vector<std::string>& hosts) const;
  [[nodiscard]] std::vector<std::string> hosts_of(const Resource& listener) const;

  const Lowering& lowering_;
  std::vector<Wanted> wanted_;
};

}  // namespace infra::engine
