#include "base/compress.h"

#include <zlib.h>

#include <cstdint>
#include <cstdlib>

namespace infra {
namespace {

// In front of zlib's own bytes: the length of the text, little-endian.
constexpr std::size_t kHead = 8;
constexpr std::uint64_t kMost = std::uint64_t{1} << 30U;

}  // namespace

std::string compress(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string out(kHead + size, '\0');
  for (std::size_t i = 0; i < kHead; ++i) out[i] = static_cast<char>((std::uint64_t{text.size()} >> (8 * i)) & 0xffU);
  // It fails only without memory, or with less room than compressBound says.
  const int done = ::compress2(reinterpret_cast<Bytef*>(out.data() + kHead), &size,
                               reinterpret_cast<const Bytef*>(text.data()), text.size(), 6);
  if (done != Z_OK) std::abort();
  out.resize(kHead + size);
  return out;
}

std::optional<std::string> decompress(std::string_view bytes) {
  if (bytes.size() < kHead) return std::nullopt;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kHead; ++i) length |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  if (length > kMost) return std::nullopt;
  std::string out(length, '\0');
  uLongf size = length;
  const int done = ::uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                                reinterpret_cast<const Bytef*>(bytes.data() + kHead), bytes.size() - kHead);
  if (done != Z_OK || size != length) return std::nullopt;
  return out;
}

}  // namespace infra
