// Volumes that outlive the tasks of a stack, for people: what there is, copies of it, and putting a copy back. Beside
// the border of provider.h as providers/live.h is. A platform whose provider is a HasVolumes has it.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "providers/provider.h"

namespace infra {

struct NamedVolume {
  std::string name;
  std::string node;
  std::string created;             // as the platform says it
  std::vector<std::string> users;  // names of containers that run and mount it
  bool half_restored = false;      // a restore was begun and didn't come to its end
  friend bool operator==(const NamedVolume&, const NamedVolume&) = default;
};

class Volumes {
 public:
  virtual ~Volumes() = default;
  struct Listed {
    std::vector<NamedVolume> volumes;                        // of this stack; sorted by name, then node
    std::vector<std::pair<std::string, Error>> unreachable;  // "node a of here"
  };
  virtual Result<Listed> volumes() = 0;

  using Take = std::function<bool(std::string_view piece)>;  // false: it can't be kept, and the copy ends
  using Give = std::function<std::optional<std::size_t>(char* buffer, std::size_t size)>;  // 0: the end
  // All that is in it, as a tar below "volume/", with owners and modes.
  virtual Result<Ok> copy_out(const NamedVolume& volume, const Take& take, const Cancel& cancel) = 0;
  // Puts such a tar in the place of all that is in it. Whoever is killed in the middle leaves it half restored.
  virtual Result<Ok> copy_in(const NamedVolume& volume, const Give& give, const Cancel& cancel) = 0;
  virtual Result<Ok> remove(const NamedVolume& volume) = 0;
  // Its users, stopped in their own time, and started again in the order of `users`.
  virtual Result<Ok> stop_users(const NamedVolume& volume) = 0;
  virtual Result<Ok> start_users(const NamedVolume& volume) = 0;
};

class HasVolumes {
 public:
  virtual ~HasVolumes() = default;
  virtual Volumes& volumes() = 0;
};

// nullptr: its platform has nothing of the kind.
inline Volumes* volumes_of(Provider& provider) {
  auto* has = dynamic_cast<HasVolumes*>(&provider);
  return has != nullptr ? &has->volumes() : nullptr;
}

}  // namespace infra
