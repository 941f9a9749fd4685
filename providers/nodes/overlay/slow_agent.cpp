#include "providers/nodes/overlay/slow_agent.h"

#include <fmt/format.h>

namespace infra::nodes::overlay {

namespace {

constexpr int kTries = 3;

bool gave_up(const Result<Reply>& reply) {
  return reply && !reply->ok() && mentions(reply->message, {"context deadline exceeded"});
}

}  // namespace

Result<Reply> ask_slow_agent(const Context& context, const std::function<Result<Reply>()>& ask) {
  auto reply = ask();
  for (int i = 1; i < kTries && gave_up(reply) && !context.cancel.aborting(); ++i) {
    context.say(fmt::format("the swarm agent of node {} is slow, asking once more", context.engine.node()));
    reply = ask();
  }
  return reply;
}

}  // namespace infra::nodes::overlay
