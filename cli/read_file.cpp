#include "cli/read_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace infra::cli {

Result<std::string> read_file(const std::string& path, const std::string& code) {
  const auto failed = [&] {
    return Error{.code = code,
                 .message = fmt::format("can't read {}: {}", path, std::strerror(errno)),
                 .help = "check the path and its permissions",
                 .context = {}};
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) return failed();
  std::string text;
  std::array<char, 1 << 14> part{};
  for (std::size_t n = std::fread(part.data(), 1, part.size(), file.get()); n > 0;
       n = std::fread(part.data(), 1, part.size(), file.get())) {
    text.append(part.data(), n);
  }
  if (std::ferror(file.get()) != 0) return failed();
  return text;
}

}  // namespace infra::cli
