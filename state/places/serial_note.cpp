#include "state/places/serial_note.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "state/places/state_file.h"

namespace infra {
namespace {

std::string note_of(const std::string& path) { return path + ".serial"; }

}  // namespace

std::optional<StateVersion> read_serial_note(const std::string& path) {
  std::ifstream file(note_of(path));
  StateVersion version;
  std::uint64_t device = 0, number = 0;
  std::string end;
  if (!(file >> version.lineage >> version.serial.value >> device >> number >> end) || end != ".") return std::nullopt;
  const auto now = identify_file(path);
  if (!now || !*now || (*now)->device != device || (*now)->number != number) return std::nullopt;
  return version;
}

void write_serial_note(const std::string& path, const StateVersion& version) {
  const auto file_now = identify_file(path);
  if (!file_now || !*file_now) return;
  // Of one length, so that one write replaces the one before.
  const auto text = fmt::format("{} {:020} {:020} {:020} .\n", version.lineage, version.serial.value,
                                (*file_now)->device, (*file_now)->number);
  const int file = ::open(note_of(path).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  // Where it can't be written, damage to the log stays unseen: no reason to stop a run.
  if (::pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    static_cast<void>(::ftruncate(file, 0));
  }
  ::close(file);
}

bool has_serial_note(const std::string& path) { return ::access(note_of(path).c_str(), F_OK) == 0; }

void remove_serial_note(const std::string& path) { ::unlink(note_of(path).c_str()); }

}  // namespace infra
