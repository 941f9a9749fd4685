#include "cli/execute.h"

#include "cli/exit_code.h"
#include "cli/outputs.h"
#include "cli/progress/sink.h"
#include "cli/terminal/signals.h"

namespace infra::cli {
namespace {

SinkKind sink_kind(const Console& console) {
  if (console.json()) return SinkKind::json;
  return console.live() ? SinkKind::live : SinkKind::plain;
}

int print_outputs(const Console& console, const Session& session) {
  const auto state = session.store.load();
  if (!state) return console.fail(state.error());
  const auto text = console.json() ? outputs_json(*state) : outputs_text(*state);
  if (!text) return console.fail(text.error());
  if (console.json()) {
    console.print(fmt::format("{{\"type\":\"outputs\",\"outputs\":{}}}\n", *text));
  } else if (!text->empty()) {
    console.print("\nOutputs:\n" + *text);
  }
  return kDone;
}

}  // namespace

int execute(const Console& console, const Session& session, Prepared& prepared, bool last) {
  if (!console.json()) console.print("\n");
  Cancel cancel;
  const auto sink = make_sink(sink_kind(console), stdout, console.colour());
  const auto report = [&] {
    outlive_reader();
    const SignalGuard guard(cancel, /*announce=*/false);
    return apply(session, prepared, cancel, *sink);
  }();
  if (!report) return console.fail(report.error());
  if (report->interrupted) {
    console.note("What was done is recorded; the next run does the rest.");
    return kInterrupted;
  }
  if (!report->ok()) {
    console.note("What was done is recorded; once the cause is gone, the next run does the rest.");
    return kFailed;
  }
  return last ? print_outputs(console, session) : kDone;
}

}  // namespace infra::cli
