#include "base/read_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace infra {

namespace {

constexpr std::size_t kLargest = std::size_t{512} << 20U;  // /dev/zero has no end

Error failed(const std::string& what, const std::string& code) {
  return {.code = code,
          .message = fmt::format("can't read {}: {}", what, std::strerror(errno)),
          .help = "check the path and its permissions",
          .context = {}};
}

Result<std::string> read_all(std::FILE* file, const std::string& what, const std::string& code) {
  std::string text;
  std::array<char, 1 << 14> part{};
  for (std::size_t n = std::fread(part.data(), 1, part.size(), file); n > 0;
       n = std::fread(part.data(), 1, part.size(), file)) {
    text.append(part.data(), n);
    if (text.size() > kLargest) {
      return Error{.code = code,
                   .message = fmt::format("{} is larger than {} MiB", what, kLargest >> 20U),
                   .help = "name a file that has an end",
                   .context = {}};
    }
  }
  if (std::ferror(file) != 0) return failed(what, code);
  return text;
}

}  // namespace

Result<std::string> read_file(const std::string& path, const std::string& code) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) return failed(path, code);
  return read_all(file.get(), path, code);
}

Result<std::string> read_stdin(const std::string& code) { return read_all(stdin, "the standard input", code); }

}  // namespace infra
