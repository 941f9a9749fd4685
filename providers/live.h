// What runs now, for people: logs, commands in containers, events, usage. Beside the border of provider.h: planning and
// applying never see it. A platform whose provider is a HasLive has it.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/values/address.h"
#include "providers/provider.h"

namespace infra {

using LogTime = std::chrono::sys_time<std::chrono::nanoseconds>;

// A container of this stack, running or not.
struct LiveContainer {
  Address address;        // of its task or run: service.api/3, job.migrate/run; load_balancer.front/a
  std::string type;       // the provider type that it is part of: "task", "job_run", "load_balancer"
  std::string node;       // where the platform has any
  std::string container;  // the label of its block
  std::string id;         // the platform's own
  bool running = false;
  bool essential = true;
  bool healthy = true;  // as far as it has a check
  Moment created = {};  // zero: the platform doesn't tell
};

struct LogLine {
  LogTime at;
  bool error = false;  // written to stderr
  std::string text;    // without the newline
};

struct LogQuery {
  std::optional<LogTime> since = {};
  std::optional<int> tail = {};  // only so many of the last lines
  bool follow = false;           // until the container has ended
};
using TakeLine = std::function<bool(LogLine)>;  // false: no more

struct TerminalSize {
  int rows = 0, columns = 0;
  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

struct ExecRequest {
  std::vector<std::string> command;
  bool tty = false;
  bool input = false;  // descriptor 0 goes to the command
};
// A command in a container of its own, in the image, network and environment of a service or job.
struct RunRequest {
  Address address;        // "service.api/run"
  std::string type;       // the provider's own type of `inputs`: "task_set", "job_run"
  Value inputs;           // wholly known
  std::string container;  // whose image and environment; empty: the first essential one's
  std::vector<std::string> command;
  std::string token;  // unique
  bool tty = false;
  bool input = false;
};
// Where a command's bytes go and come from.
struct ExecStreams {
  int input = -1;                                                // a descriptor to read from; -1: none
  std::function<void(bool error, std::string_view bytes)> take;  // what it wrote
  std::function<std::optional<TerminalSize>()> size = {};        // asked now and then, with a tty
};

struct LiveEvent {
  LogTime at;
  Address address;
  std::string node, container;
  std::string what;  // "started", "exited with code 3", "unhealthy", "killed for using more than its memory"
};
struct EventQuery {
  LogTime since;
  std::optional<LogTime> until = {};  // nullopt: goes on
};
using TakeEvent = std::function<bool(LiveEvent)>;

struct Usage {
  LiveContainer container;
  double cpu = 0;                 // processors that it keeps busy: 0.5
  std::int64_t memory = 0;        // bytes, without what the kernel can take back
  std::int64_t memory_limit = 0;  // 0: none
};
// Requests that load balancers have sent to a service, since they were started.
struct ServedRequests {
  std::string service;  // "service.api"
  std::int64_t total = 0;
};

class Live {
 public:
  virtual ~Live() = default;
  struct Unreachable {
    std::string node;
    std::string where;  // "node a of here"
    Error error;
  };
  struct Listed {
    std::vector<LiveContainer> containers;  // sorted by address, then container
    std::vector<Unreachable> unreachable;
  };
  virtual Result<Listed> containers() = 0;
  // Of this stack's load balancers, which are no tasks: they have a log, and nothing else here is for them.
  virtual Result<Listed> balancers() { return Listed{}; }
  // In the order of their time. Returns at the end, when `take` says so, or when the cancel aborts.
  virtual Result<Ok> logs(const LiveContainer& of, const LogQuery& query, const TakeLine& take,
                          const Cancel& cancel) = 0;
  // The command's exit code.
  virtual Result<int> exec(const LiveContainer& in, const ExecRequest& request, const ExecStreams& streams,
                           const Cancel& cancel) = 0;
  // Can commands be run beside what has this provider type?
  [[nodiscard]] virtual bool runs_commands_of(std::string_view type) const = 0;
  // The command's exit code; its container is gone then. What runs left that were killed is removed first.
  virtual Result<int> run(const RunRequest& request, const ExecStreams& streams, const Cancel& cancel) = 0;
  // Of all of the platform; `take` may be called from several threads, one at a time.
  virtual Result<Ok> events(const EventQuery& query, const TakeEvent& take, const Cancel& cancel) = 0;
  // Takes a second or two: usage is measured over a time. Of containers that run.
  virtual Result<std::vector<Usage>> usage(const std::vector<LiveContainer>& of) = 0;
  virtual Result<std::vector<ServedRequests>> requests() = 0;
};

class HasLive {
 public:
  virtual ~HasLive() = default;
  virtual Live& live() = 0;
};

// nullptr: its platform has nothing of the kind.
inline Live* live_of(Provider& provider) {
  auto* has = dynamic_cast<HasLive*>(&provider);
  return has != nullptr ? &has->live() : nullptr;
}

}  // namespace infra
