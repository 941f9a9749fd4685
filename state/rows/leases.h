// Leases as rows. A lease lives as long as its process does and renews it; on this machine time is counted since the
// boot, so that setting the clock neither ends nor prolongs one. From another machine (a shared disk) the wall clock is
// all there is.
#pragma once
#include <cstdint>
#include <vector>

#include "base/databases/sql.h"
#include "state/store.h"

namespace infra {

Result<std::vector<Lease>> living_leases(sql::Session& sql);

// The rest inside a write transaction. E0501 if somebody alive holds a part of the scope. The dead are cleared away.
Result<std::uint64_t> take_lease(sql::Session& sql, const std::string& path, const LockHolder& me,
                                 const LeaseScope& scope);
// False: it isn't there any more.
Result<bool> renew_lease(sql::Session& sql, std::uint64_t fence);
Result<bool> drop_lease(sql::Session& sql, std::uint64_t fence);

}  // namespace infra
