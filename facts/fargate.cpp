#include "facts/fargate.h"

#include <algorithm>
#include <array>

#include "base/text/units.h"

namespace infra::facts {
namespace {

constexpr std::int64_t kGibInMib = 1024;
constexpr std::array<FargateSize, 7> kSizes = {{
    {256, kGibInMib / 2, 2 * kGibInMib, 0},  // 512MiB, 1GiB, 2GiB
    {512, kGibInMib, 4 * kGibInMib, kGibInMib},
    {1024, 2 * kGibInMib, 8 * kGibInMib, kGibInMib},
    {2048, 4 * kGibInMib, 16 * kGibInMib, kGibInMib},
    {4096, 8 * kGibInMib, 30 * kGibInMib, kGibInMib},
    {8192, 16 * kGibInMib, 60 * kGibInMib, 4 * kGibInMib},
    {16384, 32 * kGibInMib, 120 * kGibInMib, 8 * kGibInMib},
}};

}  // namespace

std::span<const FargateSize> fargate_sizes() { return kSizes; }

const FargateSize* fargate_size(std::int64_t units) {
  const auto* at = std::find_if(kSizes.begin(), kSizes.end(), [&](const FargateSize& s) { return s.units == units; });
  return at != kSizes.end() ? at : nullptr;
}

std::optional<std::int64_t> fargate_memory(const FargateSize& size, Bytes memory) {
  for (auto mib = size.low; mib <= size.high; mib = size.step == 0 ? mib * 2 : mib + size.step) {
    if (mib * kMib >= memory.count) return mib;
  }
  return std::nullopt;
}

}  // namespace infra::facts
