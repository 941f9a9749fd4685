// NDJSON, one object an event:
//   {"type":"apply_started","time":"2026-01-31T12:00:00.000Z","steps":3}
//   {"type":"step_started"|"step_progress"|"step_done"|"step_failed"|"step_skipped","time":…,"step":0,
//    "address":"service.api/0","action":"create", …}
//     step_progress: "text"; step_done: "elapsed_ms"; step_failed: "elapsed_ms", "error": {code, message, help,
//     context}; step_skipped: "reason", "interrupted"
//   {"type":"stopping","time":…,"running":2,"aborting":false}
//   {"type":"apply_done","time":…,"succeeded":2,"failed":1,"skipped":0,"elapsed_ms":3200}
#pragma once
#include <cstdio>

#include "cli/progress/sink.h"

namespace infra::cli {

class JsonSink : public EventSink {
 public:
  JsonSink(std::FILE* out, SinkWorld world) : out_(out), world_(std::move(world)) {}
  void on(const Event& event) override;

 private:
  std::FILE* out_;
  SinkWorld world_;
};

}  // namespace infra::cli
