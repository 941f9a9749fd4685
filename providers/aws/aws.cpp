#include "providers/aws/aws.h"

#include "providers/aws/aws_existing.h"
#include "providers/aws/aws_provider.h"
#include "providers/aws/lower/aws_lower.h"
#include "providers/aws/policy.h"
#include "providers/aws/public_addresses.h"
#include "providers/bills_parts.h"

namespace infra {

namespace {

class AwsPlatform : public Platform, public BillsParts {
 public:
  explicit AwsPlatform(ImageBuilder build) : build_(std::move(build)) {}
  std::string kind() const override { return "aws"; }
  bool serves(std::string_view kind) const override { return aws::serves(kind); }
  const std::vector<Schema>& types() const override { return aws::type_schemas(); }
  Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) const override {
    return aws::lower(resource, context, diagnostics);
  }
  std::optional<Value> recorded_attribute(std::string_view kind, std::string_view attribute,
                                          const std::vector<RecordedPart>& parts) const override {
    return aws::recorded_attribute(kind, attribute, parts);
  }
  std::string billed(std::string_view type) const override {
    const auto* row = aws::find_type(type);
    return row != nullptr ? row->billed : std::string();
  }
  std::map<std::string, std::size_t> billed_parts(std::string_view type, const Value& inputs) const override {
    const auto count = aws::public_addresses(type, inputs);
    return count > 0 ? std::map<std::string, std::size_t>{{aws::kPublicAddress, count}}
                     : std::map<std::string, std::size_t>();
  }
  std::string permissions(const std::string& stack, const PlatformDecl& platform,
                          const std::vector<const LoweredResource*>& resources) const override {
    return aws::policy_of(stack, aws::text_of(platform.config["region"]), resources);
  }
  bool reads(std::string_view kind) const override { return aws::reads(kind); }
  std::vector<Sought> sought(const Resource& existing, const LowerContext&) const override {
    return aws::sought(existing);
  }
  Value attributes_of(const Resource& existing, const PlatformDecl&,
                      const std::vector<FoundObject>& found) const override {
    return aws::attributes_of(existing, found);
  }
  Result<std::unique_ptr<Provider>> connect(ConnectContext context) const override {
    auto provider = aws::AwsProvider::open(std::move(context), build_);
    if (!provider) return std::move(provider).error();
    return std::unique_ptr<Provider>(*std::move(provider));
  }

 private:
  ImageBuilder build_;
};

}  // namespace

std::shared_ptr<const Platform> aws_platform(ImageBuilder build) {
  return std::make_shared<AwsPlatform>(std::move(build));
}

}  // namespace infra
