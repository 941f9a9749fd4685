#include "providers/aws/aws.h"

#include "providers/aws/aws_provider.h"
#include "providers/aws/lower/lower.h"

namespace infra {

namespace {

class AwsPlatform : public Platform {
 public:
  std::string kind() const override { return "aws"; }
  bool serves(std::string_view kind) const override { return aws::serves(kind); }
  const std::vector<Schema>& types() const override { return aws::type_schemas(); }
  Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) const override {
    return aws::lower(resource, context, diagnostics);
  }
  Result<std::unique_ptr<Provider>> connect(ConnectContext context) const override {
    auto provider = aws::AwsProvider::open(std::move(context));
    if (!provider) return std::move(provider).error();
    return std::unique_ptr<Provider>(*std::move(provider));
  }
};

}  // namespace

std::shared_ptr<const Platform> aws_platform() { return std::make_shared<AwsPlatform>(); }

}  // namespace infra
