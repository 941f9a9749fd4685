#include "cli/write_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace infra::cli {

Result<Ok> write_file(const std::string& path, const std::string& text) {
  const auto failed = [&](const std::string& why) {
    return Error{.code = "E0907",
                 .message = fmt::format("{} can't be written: {}", path, why),
                 .help = "check that its folder exists, its permissions and the disk's free space",
                 .context = {}};
  };
  const std::string beside = path + ".new";
  errno = 0;
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) {
    const int reason = errno;
    std::remove(beside.c_str());
    return failed(reason != 0 ? std::strerror(reason) : "it isn't a file");
  }
  std::error_code renamed;
  std::filesystem::rename(beside, path, renamed);
  if (!renamed) return Ok{};
  std::remove(beside.c_str());
  return failed(renamed.message());
}

}  // namespace infra::cli
