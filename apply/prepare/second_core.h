#pragma once
#include "compiler/compile.h"

namespace infra {

// Runs work in a thread that all share; null on a machine with one core, or where no thread may be made.
Aside second_core();

}  // namespace infra
