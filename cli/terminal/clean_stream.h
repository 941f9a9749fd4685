// A stream in front of stdout, in which secrets are covered and nothing of others is obeyed: for what writes to
// streams, such as a watch's sinks.
#pragma once
#include <cstdio>
#include <memory>
#include <ostream>
#include <sstream>

#include "base/secrets/redactor.h"
#include "base/terminal.h"

namespace infra::cli {

// Passes on what was written whenever it is flushed: a sink flushes after each event, so a secret is never cut in two.
class CleanStream : public std::ostream {
 public:
  CleanStream(std::FILE* to, bool json, std::shared_ptr<const Redactor> redactor)
      : std::ostream(&buffer_), buffer_(to, json, std::move(redactor)) {}

 private:
  class Buffer : public std::stringbuf {
   public:
    Buffer(std::FILE* to, bool json, std::shared_ptr<const Redactor> redactor)
        : to_(to), json_(json), redactor_(std::move(redactor)) {}
    int sync() override {
      const auto clean = redactor_->clean(str());
      json_ ? terminal::write_json(to_, clean) : terminal::write(to_, clean);
      terminal::flush(to_);
      str({});
      return std::ferror(to_) == 0 ? 0 : -1;
    }

   private:
    std::FILE* to_;
    bool json_;
    std::shared_ptr<const Redactor> redactor_;
  };
  Buffer buffer_;
};

}  // namespace infra::cli
