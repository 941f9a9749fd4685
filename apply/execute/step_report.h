// What came of each step: told to the sink, and counted, only once it is durable.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "apply/execute/events.h"
#include "apply/execute/step_schedule.h"
#include "apply/session.h"
#include "base/cancel.h"
#include "planner/planner.h"

namespace infra {

class StepReport {
 public:
  StepReport(const Plan& plan, Schedule& schedule, const Cancel& cancel, EventSink& events)
      : plan_(plan), schedule_(schedule), cancel_(cancel), events_(events) {}

  [[nodiscard]] const Step& step(std::size_t i) const { return plan_.steps[i]; }
  // As people know it: a service, where its tasks are deployed.
  [[nodiscard]] Address address(std::size_t i) const;

  // Its intent is in the batch.
  void begin(std::size_t i) { pending_.emplace_back(Begun{i}); }
  // How it gets on, in a line.
  void progress(std::size_t i, std::string text) { pending_.emplace_back(News{i, std::move(text)}); }
  // The batch couldn't be written.
  void drop_begun() {
    std::erase_if(pending_, [](const auto& p) { return std::holds_alternative<Begun>(p); });
  }
  // What a success frees is in the same batch as its outcome, so the schedule goes on before the commit.
  void succeed(std::size_t i, std::chrono::milliseconds took);
  void fail(std::size_t i, std::chrono::milliseconds took, Error error);
  // What began and what came of it so far is durable.
  void tell();
  // They aren't: what went well counts as failed. Returns what the error is to say.
  Error tell_unrecorded(Error error);

  void skip(std::size_t i, std::string reason, bool interrupted);
  // The state can't be written: a step that was about to start.
  void skip_unwritten(std::size_t i) { skip(i, kNotBegun, false); }
  // Ctrl-C in the middle of a deployment: the next run goes on from what is there.
  void leave(std::size_t i);
  void skip_untouched();
  void mark_interrupted() { interrupted_ = true; }  // a call's outcome is unknown
  ApplyReport take();

 private:
  struct Begun {
    std::size_t step;
  };
  struct News {
    std::size_t step;
    std::string text;
  };
  struct Finished {
    std::size_t step;
    std::chrono::milliseconds took;
    std::optional<Error> error;
  };
  static constexpr const char* kNotBegun = "not begun, because the state can't be written";
  void tell(Begun begun) { events_.on(StepStarted{begun.step, address(begun.step), step(begun.step).kind}); }
  void tell(News news) { events_.on(StepProgress{news.step, address(news.step), std::move(news.text)}); }
  void tell(Finished finished);
  [[nodiscard]] std::string why_skipped(std::size_t skipped, std::size_t failed) const;

  const Plan& plan_;
  Schedule& schedule_;
  const Cancel& cancel_;
  EventSink& events_;
  bool interrupted_ = false;
  std::vector<std::variant<Begun, News, Finished>> pending_;  // in their order; not yet durable
  ApplyReport report_;
};

}  // namespace infra
