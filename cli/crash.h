// What happens when infra itself is broken: a report without values, and no memory left lying on a disk.
#pragma once
#include <exception>

#include "base/result.h"

namespace infra::cli {

// From now on a fatal fault prints what kind it was, and no core file is written: it would hold the run's secrets.
void guard_against_crashes();

// The kind of the exception only: its text may quote what was being read.
Error internal_error(const std::exception& bug);

}  // namespace infra::cli
