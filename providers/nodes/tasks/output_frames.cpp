#include "providers/nodes/tasks/output_frames.h"

#include <algorithm>

namespace infra::nodes {

std::string without_frames(std::string_view stream) {
  std::string out;
  while (stream.size() >= 8 && stream[0] >= 0 && stream[0] <= 2 && stream[1] == 0 && stream[2] == 0 && stream[3] == 0) {
    std::size_t length = 0;
    for (std::size_t i = 4; i < 8; ++i) length = length << 8U | static_cast<unsigned char>(stream[i]);
    out += stream.substr(8, length);
    stream.remove_prefix(std::min(stream.size(), 8 + length));
  }
  return out + std::string(stream);
}

}  // namespace infra::nodes
