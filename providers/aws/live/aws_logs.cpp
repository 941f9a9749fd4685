#include <fmt/format.h>

#include <deque>
#include <set>

#include "providers/aws/live/aws_live.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

constexpr auto kPoll = 2'000ms;  // of a log that is followed; an account may ask five times a second
constexpr std::int64_t kMostAtOnce = 10'000;

struct Stream {
  std::string group, name;
};

// Where a container's lines are: the driver names the stream PREFIX/CONTAINER/TASK.
Result<Stream> stream_of(const LiveContainer& of, const Value& definition) {
  const auto& configuration = definition["logConfiguration"];
  const auto& options = configuration["options"];
  const auto driver = text_of(configuration["logDriver"]);
  if (driver != "awslogs") {
    return Error{.code = "E0720",
                 .message = fmt::format("the log of {} goes to {}, not to CloudWatch", of.address.text(),
                                        driver.empty() ? "nowhere that is known" : "`" + driver + "`"),
                 .help = "look where it goes, or leave out `log_driver`: the log is CloudWatch's then"};
  }
  return Stream{.group = text_of(options["awslogs-group"]),
                .name = fmt::format("{}/{}/{}", text_of(options["awslogs-stream-prefix"]), of.container,
                                    last_part(task_of_id(of.id)))};
}

LogLine line_of(const Value& event) {
  return {.at = LogTime(std::chrono::milliseconds(number_of(event["timestamp"]))), .text = text_of(event["message"])};
}

class Reader {
 public:
  Reader(Account& account, Stream stream, const TakeLine& take)
      : account_(account), stream_(std::move(stream)), take_(take) {}

  // All from `since_` on; false: no more is wanted.
  Result<bool> read() {
    std::string token;
    for (;;) {
      auto request = params({{"logGroupName", stream_.group}, {"logStreamNames", List{stream_.name}}});
      if (since_ > 0) request.set("startTime", since_);
      if (!token.empty()) request.set("nextToken", token);
      const auto page = account_.client.call("logs", "FilterLogEvents", Value(std::move(request)));
      if (!page) return missing(page) ? Result<bool>(true) : Result<bool>(page.error());
      for (const auto& event : items_of(page["events"])) {
        if (!is_new(event)) continue;
        if (!take_(line_of(event))) return false;
      }
      token = text_of(page["nextToken"]);
      if (token.empty()) return true;
    }
  }

  // The last lines: the API gives them from the end, but tells no more than a page of them.
  Result<bool> read_last(int count, std::int64_t since) {
    std::deque<Value> last;
    std::string token;
    while (static_cast<int>(last.size()) < count) {
      auto request = params({{"logGroupName", stream_.group},
                             {"logStreamName", stream_.name},
                             {"startFromHead", false},
                             {"limit", std::min<std::int64_t>(count, kMostAtOnce)}});
      if (since > 0) request.set("startTime", since);
      if (!token.empty()) request.set("nextToken", token);
      const auto page = account_.client.call("logs", "GetLogEvents", Value(std::move(request)));
      if (!page) {
        if (missing(page)) break;
        return page.error();
      }
      const auto& events = items_of(page["events"]);
      for (auto it = events.rbegin(); it != events.rend() && static_cast<int>(last.size()) < count; ++it) {
        last.push_front(*it);
      }
      const auto next = text_of(page["nextBackwardToken"]);
      if (events.empty() || next.empty() || next == token) break;
      token = next;
    }
    for (const auto& event : last) {
      // What comes after these is read by time; those of the same moment would come again.
      since_ = number_of(event["timestamp"]) + 1;
      if (!take_(line_of(event))) return false;
    }
    return true;
  }

  void begin_at(std::int64_t milliseconds) { since_ = milliseconds; }

 private:
  // The stream is made with its first line.
  static bool missing(const Reply& reply) { return reply.fault().is({"ResourceNotFoundException"}); }

  // Events of one millisecond come again with the next question.
  bool is_new(const Value& event) {
    const auto at = number_of(event["timestamp"]);
    if (at > since_) {
      since_ = at;
      told_.clear();
    }
    return told_.insert(text_of(event["eventId"])).second;
  }

  Account& account_;
  Stream stream_;
  const TakeLine& take_;
  std::int64_t since_ = 0;
  std::set<std::string> told_;
};

}  // namespace

Result<Ok> AwsLive::logs(const LiveContainer& of, const LogQuery& query, const TakeLine& take, const Cancel& cancel) {
  auto task = task_of(of);
  if (!task) return std::move(task).error();
  if (task->is_null()) return Ok();  // ECS forgets a task an hour after its end
  auto definition = definition_of(text_of((*task)["taskDefinitionArn"]), of.container);
  if (!definition) return std::move(definition).error();
  auto stream = stream_of(of, *definition);
  if (!stream) return std::move(stream).error();
  Reader reader(account_, *std::move(stream), take);
  const auto since = query.since ? milliseconds_of(*query.since) : 0;
  reader.begin_at(since);
  if (query.tail) {
    const auto more = reader.read_last(*query.tail, since);
    if (!more) return more.error();
    if (!*more || !query.follow) return Ok();
  }
  for (;;) {
    const bool ended = text_of((*task)["lastStatus"]) == "STOPPED";
    const auto more = reader.read();
    if (!more) return more.error();
    if (!*more || !query.follow || ended || cancel.draining()) return Ok();
    if (!account_.client.clock().sleep(kPoll, &cancel) || cancel.draining()) return Ok();
    auto now = task_of(of);
    if (!now) return std::move(now).error();
    task = *std::move(now);
    if (task->is_null()) return Ok();
  }
}

}  // namespace infra::aws
