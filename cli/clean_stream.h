// A stream in front of another one, in which secrets are covered: for what writes to streams, such as a watch's sinks.
#pragma once
#include <memory>
#include <ostream>
#include <sstream>

#include "base/redactor.h"

namespace infra::cli {

// Passes on what was written whenever it is flushed: a sink flushes after each event, so a secret is never cut in two.
class CleanStream : public std::ostream {
 public:
  CleanStream(std::ostream& to, std::shared_ptr<const Redactor> redactor)
      : std::ostream(&buffer_), buffer_(to, std::move(redactor)) {}

 private:
  class Buffer : public std::stringbuf {
   public:
    Buffer(std::ostream& to, std::shared_ptr<const Redactor> redactor) : to_(to), redactor_(std::move(redactor)) {}
    int sync() override {
      to_ << redactor_->clean(str());
      to_.flush();
      str({});
      return to_.good() ? 0 : -1;
    }

   private:
    std::ostream& to_;
    std::shared_ptr<const Redactor> redactor_;
  };
  Buffer buffer_;
};

}  // namespace infra::cli
