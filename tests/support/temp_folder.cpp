#include "tests/support/temp_folder.h"

#include <stdlib.h>
#include <sys/mount.h>

#include <fstream>
#include <stdexcept>

namespace infra::testing {

namespace {

// What a killed dockerd left mounted below `folder`, the deepest last.
std::vector<std::string> mounts_below(const std::string& folder) {
  std::vector<std::string> out;
  std::ifstream mounts("/proc/self/mounts");
  for (std::string device, target, rest; mounts >> device >> target && std::getline(mounts, rest);) {
    if (target.starts_with(folder + "/")) out.push_back(target);
  }
  return out;
}

}  // namespace

TempFolder::TempFolder(const std::string& below) {
  std::string name = below + "/infra-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("can't make a folder in " + below);
  path_ = name;
}

TempFolder::~TempFolder() {
  auto mounted = mounts_below(path_);
  for (auto at = mounted.rbegin(); at != mounted.rend(); ++at) umount2(at->c_str(), MNT_DETACH);
  std::error_code ignored;  // a left-over in /tmp must not hide a test's result
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::write(const std::string& name, const std::string& text) const {
  const auto path = path_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

}  // namespace infra::testing
