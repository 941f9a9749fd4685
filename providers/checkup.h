// What a platform needs to be worked with, beyond that it answers: for `infra doctor`. A provider that is a HasCheckup
// tells it; nothing is changed.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace infra {

struct Check {
  std::string what;  // "credentials", "clock", "permission to look"
  bool good = true;
  bool needed = true;  // else its absence only limits what can be done
  std::string detail;
  std::string help = {};
};

class HasCheckup {
 public:
  virtual ~HasCheckup() = default;
  virtual std::vector<Check> checkup() = 0;
};

}  // namespace infra
