// One line an event, with the time: for logs.
#pragma once
#include <cstdio>
#include <map>
#include <string>

#include "cli/progress/sink.h"

namespace infra::cli {

class PlainSink : public EventSink {
 public:
  PlainSink(std::FILE* out, SinkWorld world) : out_(out), world_(std::move(world)) {}
  void on(const Event& event) override;

 private:
  void say(const std::string& text);

  std::FILE* out_;
  SinkWorld world_;
  std::map<std::size_t, std::string> notes_;  // the last one of each running step: it is said once
  bool interrupted_ = false;
};

}  // namespace infra::cli
