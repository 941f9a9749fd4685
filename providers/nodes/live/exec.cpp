#include <fmt/format.h>

#include <thread>

#include "providers/nodes/context.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/live/command_stream.h"
#include "providers/nodes/live/nodes_live.h"

namespace infra::nodes {

namespace {

// The stream may end a moment before the engine knows how the command did.
Result<int> exit_code_of(Engine& engine, const std::string& id) {
  for (int turn = 0;; ++turn) {
    auto reply = engine.get(fmt::format("/exec/{}/json", id), shapes::exec(), {.timeout = std::chrono::seconds(15)});
    if (!reply) return std::move(reply).error();
    if (!reply->ok()) return engine.refused(*reply, "say how a command ended");
    const bool running = is_true(reply->body["Running"]);
    if (!running || turn == 25) return static_cast<int>(number_of(reply->body["ExitCode"]));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

}  // namespace

Result<int> NodesLive::exec(const LiveContainer& in, const ExecRequest& request, const ExecStreams& streams,
                            const Cancel& cancel) {
  auto engine = engine_of(in);
  if (!engine) return std::move(engine).error();
  const Value wanted = Map({{"AttachStdin", request.input},
                            {"AttachStdout", true},
                            {"AttachStderr", true},
                            {"Tty", request.tty},
                            {"Cmd", List(request.command.begin(), request.command.end())}});
  auto made = (*engine)->post(fmt::format("/containers/{}/exec", in.id), wanted, shapes::made());
  if (!made) return std::move(made).error();
  if (!made->ok()) return (*engine)->refused(*made, fmt::format("run a command in {}", in.address.text()));
  const auto id = text_of(made->body["Id"]);
  auto stream =
      open_stream(**engine, fmt::format("/exec/{}/start", id), Map({{"Detach", false}, {"Tty", request.tty}}));
  if (!stream) return std::move(stream).error();
  auto carried =
      carry(**engine, **stream, {.tty = request.tty, .input = request.input, .resize = "/exec/" + id}, streams, cancel);
  if (!carried) return std::move(carried).error();
  return exit_code_of(**engine, id);
}

}  // namespace infra::nodes
