// The Provider over a World: what takes time, what fails on demand, and what was interrupted is decided here; what
// exists is the World's.
#pragma once
#include <memory>
#include <string>

#include "providers/provider.h"

namespace infra::simulator {

// Where the world of this platform lies: its `file` (a relative one is below `home`), else HOME/<name>.world.
std::string world_path(const PlatformDecl& platform, const std::string& home);

Result<std::unique_ptr<Provider>> connect(ConnectContext context);

}  // namespace infra::simulator
