#include "state/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <thread>

#include "state/faults.h"

namespace infra {
namespace {

using Json = nlohmann::json;

class FileLock : public StateLock {
 public:
  explicit FileLock(int file) : file_(file) {}
  ~FileLock() override {
    // Emptied first, so that no one reads a holder who is gone. The file itself stays: who removes a lock's file
    // lets two processes lock two files of one name.
    static_cast<void>(::ftruncate(file_, 0));
    ::close(file_);
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  [[nodiscard]] int write(const LockHolder& me) const {
    const std::string text = Json{
        {"user", me.user},
        {"host", me.host},
        {"command", me.command},
        {"process", me.process},
        {"since", me.since}}.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (::ftruncate(file_, 0) != 0) return errno;
    if (::pwrite(file_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) return errno;
    return 0;
  }

 private:
  int file_;
};

std::optional<LockHolder> parse_holder(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    return LockHolder{.user = json.value("user", ""),
                      .host = json.value("host", ""),
                      .command = json.value("command", ""),
                      .process = json.value("process", 0),
                      .since = json.value("since", "")};
  } catch (const Json::exception&) {  // members of other types: written by something else
    return std::nullopt;
  }
}

// The holder writes its name just after it has locked: who comes in between looks again for a moment.
std::optional<LockHolder> read_holder(int file) {
  for (int round = 0; round < 10; ++round) {
    std::string text(4096, '\0');
    const auto size = ::pread(file, text.data(), text.size(), 0);
    if (size > 0) {
      text.resize(static_cast<std::size_t>(size));
      if (auto holder = parse_holder(text)) return holder;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return std::nullopt;
}

Error taken(const std::string& what, const std::optional<LockHolder>& holder) {
  if (!holder) {
    return {.code = "E0501",
            .message = fmt::format("{} is locked by another run that has not said who it is", what),
            .help = "wait until it ends, then run again"};
  }
  return {.code = "E0501",
          .message = fmt::format("{} is locked by {} on {} (process {}, `{}`) since {}", what, holder->user,
                                 holder->host, holder->process, holder->command, holder->since),
          .help = fmt::format("wait until it ends, or end it on {} with: kill -INT {}", holder->host, holder->process)};
}

}  // namespace

Result<std::unique_ptr<StateLock>> lock_file(const std::string& path, const std::string& what, const LockHolder& me) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return system_fault(fmt::format("open the lock \"{}\"", path), errno);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno;
    const auto holder = why == EWOULDBLOCK ? read_holder(file) : std::nullopt;
    ::close(file);
    if (why == EWOULDBLOCK) return taken(what, holder);
    return system_fault(fmt::format("lock \"{}\"", path), why);
  }
  auto lock = std::make_unique<FileLock>(file);
  if (const int why = lock->write(me); why != 0) return system_fault(fmt::format("write the lock \"{}\"", path), why);
  return std::unique_ptr<StateLock>(std::move(lock));
}

}  // namespace infra
