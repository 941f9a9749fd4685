#include "providers/kubernetes/kubernetes.h"

#include <cstdlib>

#include "providers/keeps_attributes.h"
#include "providers/kubernetes/access/eks_connection.h"
#include "providers/kubernetes/access/kubeconfig.h"
#include "providers/kubernetes/kube_existing.h"
#include "providers/kubernetes/kubernetes_provider.h"
#include "providers/kubernetes/lower/kube_gateway.h"
#include "providers/kubernetes/lower/kube_lower.h"
#include "providers/kubernetes/objects/object_schemas.h"
#include "providers/kubernetes/rbac.h"
#include "providers/late_outputs.h"

namespace infra {

namespace {

std::string builder_here() {
  const char* host = std::getenv("DOCKER_HOST");
  return host != nullptr && *host != '\0' ? host : "unix:///var/run/docker.sock";
}

std::string stated(const PlatformDecl& platform, const char* attribute) {
  const auto* text = platform.config[attribute].string();
  return text != nullptr ? *text : std::string();
}

class KubernetesPlatform : public Platform, public KeepsAttributes, public HasLateOutputs {
 public:
  KubernetesPlatform(ImageBuilder build, EksSignIn sign_in) : build_(std::move(build)), sign_in_(std::move(sign_in)) {}
  std::string kind() const override { return "kubernetes"; }
  bool serves(std::string_view kind) const override { return kubernetes::serves(kind); }
  const std::vector<Schema>& types() const override { return kubernetes::type_schemas(); }
  Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) const override {
    return kubernetes::lower(resource, context, diagnostics);
  }
  std::string permissions(const std::string& stack, const PlatformDecl&,
                          const std::vector<const LoweredResource*>& resources) const override {
    return kubernetes::roles_of(stack, resources);
  }
  std::vector<std::string_view> kept_attributes(std::string_view kind) const override {
    return kind == "load_balancer" ? std::vector{kubernetes::kGatewayHome} : std::vector<std::string_view>();
  }
  bool is_late(std::string_view, std::string_view output) const override { return output == kubernetes::kAddresses; }
  std::optional<Value> recorded_attribute(std::string_view, std::string_view attribute,
                                          const std::vector<RecordedPart>& parts) const override {
    return attribute == kubernetes::kGatewayHome ? kubernetes::recorded_gateway_home(parts) : std::nullopt;
  }
  bool reads(std::string_view kind) const override { return kubernetes::reads(kind); }
  std::vector<Sought> sought(const Resource& existing, const LowerContext&) const override {
    return kubernetes::sought(existing);
  }
  Value attributes_of(const Resource& existing, const PlatformDecl&,
                      const std::vector<FoundObject>& found) const override {
    return kubernetes::attributes_of(existing, found);
  }
  std::string type_of(std::string_view kind) const override { return kubernetes::type_of(kind); }
  std::string declaration_of(const Address& address, const FoundObject& found) const override {
    return kubernetes::declaration_of(address, found);
  }
  Result<std::unique_ptr<Provider>> connect(ConnectContext context) const override {
    auto access = access_to(context.platform);
    if (!access) return std::move(access).error();
    return std::unique_ptr<Provider>(
        std::make_unique<kubernetes::KubernetesProvider>(*std::move(access), context, build_, builder_here()));
  }

 private:
  [[nodiscard]] Result<kubernetes::Access> access_to(const PlatformDecl& platform) const {
    const auto& eks = platform.config["eks"];
    if (!eks.is_null()) return kubernetes::access_to_eks(eks, sign_in_);
    return kubernetes::find_access(
        {.kubeconfig = stated(platform, "kubeconfig"), .context = stated(platform, "context")},
        kubernetes::process_surroundings());
  }

  ImageBuilder build_;
  EksSignIn sign_in_;
};

}  // namespace

std::shared_ptr<const Platform> kubernetes_platform(ImageBuilder build, EksSignIn sign_in) {
  return std::make_shared<KubernetesPlatform>(std::move(build), std::move(sign_in));
}

}  // namespace infra
