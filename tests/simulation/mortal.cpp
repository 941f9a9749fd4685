#include "tests/simulation/mortal.h"

namespace infra::test {
namespace {

// Dies before, or after it took effect and before anybody hears of it.
template <class Act>
auto around(Fate& fate, const Act& act) {
  fate.moment();
  auto result = act();
  fate.moment();
  return result;
}

class MortalProvider : public Provider {
 public:
  MortalProvider(std::unique_ptr<Provider> provider, Fate& fate, Made& made)
      : provider_(std::move(provider)), fate_(fate), made_(made) {}
  Result<Observation> observe(const std::vector<KnownObject>& known) override { return provider_->observe(known); }
  Result<ObjectResult> create(const CreateRequest& request, const Cancel& cancel, const Progress& progress) override {
    return around(fate_, [&] {
      auto result = provider_->create(request, cancel, progress);
      if (result) ++made_[request.address.text()];
      return result;
    });
  }
  Result<ObjectResult> update(const ExistingObject& existing, const CreateRequest& request, const Cancel& cancel,
                              const Progress& progress) override {
    return around(fate_, [&] { return provider_->update(existing, request, cancel, progress); });
  }
  Result<Ok> destroy(const ExistingObject& existing, const Cancel& cancel, const Progress& progress) override {
    return around(fate_, [&] { return provider_->destroy(existing, cancel, progress); });
  }

 private:
  std::unique_ptr<Provider> provider_;
  Fate& fate_;
  Made& made_;
};

class MortalPlatform : public Platform {
 public:
  MortalPlatform(std::shared_ptr<const Platform> platform, Fate& fate, Made& made)
      : platform_(std::move(platform)), fate_(fate), made_(made) {}
  [[nodiscard]] std::string kind() const override { return platform_->kind(); }
  [[nodiscard]] bool serves(std::string_view kind) const override { return platform_->serves(kind); }
  [[nodiscard]] const std::vector<Schema>& types() const override { return platform_->types(); }
  Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) const override {
    return platform_->lower(resource, context, diagnostics);
  }
  [[nodiscard]] Result<std::unique_ptr<Provider>> connect(ConnectContext context) const override {
    auto provider = platform_->connect(std::move(context));
    if (!provider) return provider;
    return std::unique_ptr<Provider>(std::make_unique<MortalProvider>(*std::move(provider), fate_, made_));
  }

 private:
  std::shared_ptr<const Platform> platform_;
  Fate& fate_;
  Made& made_;
};

}  // namespace

Result<std::unique_ptr<StateLock>> MortalStore::lock(const LockHolder& me, const LeaseScope& scope) {
  return around(fate_, [&] { return store_->lock(me, scope); });
}

Result<Serial> MortalStore::commit(const std::vector<Mutation>& batch) {
  return around(fate_, [&] { return store_->commit(batch); });
}

Result<std::optional<Serial>> MortalStore::commit_if(Serial expected, const std::vector<Mutation>& batch) {
  return around(fate_, [&] { return store_->commit_if(expected, batch); });
}

Result<std::uint64_t> MortalStore::begin_revision(const Revision& revision, const SourceTexts& sources) {
  return around(fate_, [&] { return store_->begin_revision(revision, sources); });
}

std::shared_ptr<const Platform> mortal(std::shared_ptr<const Platform> platform, Fate& fate, Made& made) {
  return std::make_shared<MortalPlatform>(std::move(platform), fate, made);
}

}  // namespace infra::test
