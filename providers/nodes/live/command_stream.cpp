#include "providers/nodes/live/command_stream.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>

#include "providers/nodes/live/log_frames.h"

namespace infra::nodes {

namespace {

constexpr int kTick = 200;  // ms: so soon a terminal's new size and a Ctrl-C are seen

class CarriedCommand {
 public:
  CarriedCommand(Engine& engine, http::Stream& stream, const Carrying& what, const ExecStreams& streams,
                 const Cancel& cancel)
      : engine_(engine),
        stream_(stream),
        what_(what),
        streams_(streams),
        cancel_(cancel),
        frames_([this](bool error, std::string_view bytes) { streams_.take(error, bytes); }),
        input_(what.input ? streams.input : -1) {}

  Result<Ok> run() {
    if (input_ < 0) stream_.end_input();
    for (;;) {
      if (cancel_.draining()) return Error{.code = "E0703", .message = "stopped while the command ran"};
      keep_size();
      auto open = take_output();
      if (!open) return std::move(open).error();
      if (!*open) return Ok{};
      if (auto done = wait(); !done) return done;
    }
  }

 private:
  [[nodiscard]] Error broken(const http::Failure& failure) const {
    return {
        .code = "E0601",
        .message = fmt::format("the connection to the engine of node `{}` broke: {}", engine_.node(), failure.reason),
        .help = "the command may go on in the container"};
  }

  // False: the command's end.
  Result<bool> take_output() {
    for (;;) {
      auto got = stream_.read();
      if (const auto* failure = std::get_if<http::Failure>(&got)) return broken(*failure);
      const auto& piece = std::get<std::optional<std::string>>(got);
      if (!piece) return true;
      if (piece->empty()) return false;
      what_.tty ? streams_.take(false, *piece) : frames_.add(*piece);
    }
  }

  Result<Ok> wait() {
    std::array<pollfd, 2> ready{pollfd{.fd = stream_.descriptor(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = input_, .events = POLLIN, .revents = 0}};
    if (poll(ready.data(), ready.size(), kTick) <= 0 || input_ < 0 || ready[1].revents == 0) return Ok{};
    std::array<char, 16'384> buffer{};
    const auto got = ::read(input_, buffer.data(), buffer.size());
    if (got <= 0) {
      input_ = -1;
      stream_.end_input();
      return Ok{};
    }
    auto failure = stream_.write({buffer.data(), static_cast<std::size_t>(got)});
    if (failure) return broken(*failure);
    return Ok{};
  }

  void keep_size() {
    if (!what_.tty || !streams_.size) return;
    const auto now = streams_.size();
    if (!now || now == size_) return;
    // One that can't be told is no reason to end.
    static_cast<void>(engine_.post(fmt::format("{}/resize?h={}&w={}", what_.resize, now->rows, now->columns),
                                   {.timeout = std::chrono::seconds(5)}));
    size_ = now;
  }

  Engine& engine_;
  http::Stream& stream_;
  const Carrying& what_;
  const ExecStreams& streams_;
  const Cancel& cancel_;
  FrameReader frames_;
  int input_;
  std::optional<TerminalSize> size_;
};

}  // namespace

Result<std::unique_ptr<http::Stream>> open_stream(Engine& engine, const std::string& path, const Value& body) {
  auto begun = engine.upgrade(path, body);
  if (!begun) return std::move(begun).error();
  if (const auto* reply = std::get_if<Reply>(&*begun)) return engine.refused(*reply, "run a command in a container");
  return std::get<std::unique_ptr<http::Stream>>(*std::move(begun));
}

Result<Ok> carry(Engine& engine, http::Stream& stream, const Carrying& what, const ExecStreams& streams,
                 const Cancel& cancel) {
  return CarriedCommand(engine, stream, what, streams, cancel).run();
}

}  // namespace infra::nodes
