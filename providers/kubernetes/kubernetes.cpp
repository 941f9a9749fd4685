#include "providers/kubernetes/kubernetes.h"

#include <cstdlib>

#include "providers/kubernetes/kubeconfig.h"
#include "providers/kubernetes/kubernetes_provider.h"
#include "providers/kubernetes/type_schemas.h"

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

class KubernetesPlatform : public Platform {
 public:
  explicit KubernetesPlatform(ImageBuilder build) : build_(std::move(build)) {}
  std::string kind() const override { return "kubernetes"; }
  bool serves(std::string_view) const override { return false; }
  const std::vector<Schema>& types() const override { return kubernetes::type_schemas(); }
  Lowered lower(const Resource&, const LowerContext&, Diagnostics&) const override { return {}; }
  Result<std::unique_ptr<Provider>> connect(ConnectContext context) const override {
    auto access = kubernetes::find_access(
        {.kubeconfig = stated(context.platform, "kubeconfig"), .context = stated(context.platform, "context")},
        kubernetes::process_surroundings());
    if (!access) return std::move(access).error();
    return std::unique_ptr<Provider>(
        std::make_unique<kubernetes::KubernetesProvider>(*std::move(access), context, build_, builder_here()));
  }

 private:
  ImageBuilder build_;
};

}  // namespace

std::shared_ptr<const Platform> kubernetes_platform(ImageBuilder build) {
  return std::make_shared<KubernetesPlatform>(std::move(build));
}

}  // namespace infra
