// What the compiler must know of platforms without knowing any: their names and which kinds they serve.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace infra {

class PlatformTable {
 public:
  virtual ~PlatformTable() = default;
  // `kind` may also name a part of one: "service.route".
  virtual bool serves(std::string_view platform_kind, std::string_view kind) const = 0;
  // Can an `existing` one of this kind be looked up there?
  virtual bool reads(std::string_view platform_kind, std::string_view kind) const = 0;
  virtual std::vector<std::string> platform_kinds() const = 0;  // sorted
};

}  // namespace infra
