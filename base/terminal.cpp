#include "base/terminal.h"

#include <unistd.h>

#include "base/text/visible.h"

namespace infra::terminal {
namespace {

// What couldn't be written shows in the stream's error flag, which flush_stdout() looks at.
void put(std::FILE* to, std::string_view text) { std::fwrite(text.data(), 1, text.size(), to); }

}  // namespace

void write(std::FILE* to, std::string_view text, bool styled) { put(to, visible(text, styled)); }

void write_json(std::FILE* to, std::string_view json) { put(to, visible_json(json)); }

void write_data(std::FILE* to, std::string_view bytes) {
  if (::isatty(::fileno(to)) == 1) return write(to, bytes);
  put(to, bytes);
}

void write_frame(std::FILE* to, std::string_view control, std::string_view text) {
  auto frame = std::string(control);
  frame += visible(text, /*styled=*/true);
  put(to, frame);
  flush(to);
}

void flush(std::FILE* to) { std::fflush(to); }

}  // namespace infra::terminal
