// The arithmetic of a rolling deployment, rounded as ECS rounds (Amazon ECS Developer Guide, "Deployment parameters"
// and "Deployment circuit breaker").
#pragma once
#include <cstdint>

#include "base/values/value.h"

namespace infra::facts {

// So many copies stay healthy while versions change: desired × min, rounded up.
std::int64_t floor_of(Percent min, std::int64_t desired);
// So many copies exist at most meanwhile, stopping ones included: desired × max, rounded down.
std::int64_t ceiling_of(Percent max, std::int64_t desired);
// After so many failed copies in a row the deployment has failed: half of `desired`, rounded up, within 3 to 200.
std::int64_t breaker_of(std::int64_t desired);

// Without a health check a copy counts once it has run for so long, unless its service says otherwise (`settle`).
inline constexpr Duration kSettlingTime{1'000};

// Kubernetes rounds the other way where it is given percentages (Deployment, `maxSurge` and `maxUnavailable`): so
// lowering hands it whole numbers.
std::int64_t surge_of(Percent max, std::int64_t desired);        // copies above `desired`
std::int64_t unavailable_of(Percent min, std::int64_t desired);  // copies below `desired`

}  // namespace infra::facts
