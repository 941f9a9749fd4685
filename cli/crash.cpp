#include "cli/crash.h"

#include <cxxabi.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <typeinfo>

namespace infra::cli {
namespace {

constexpr const char* kWhatNow =
    "this is a bug of infra; what was applied so far is recorded, so a second run goes on from there";

void say(const char* text) {
  const auto written = ::write(STDERR_FILENO, text, std::strlen(text));
  static_cast<void>(written);  // there is nobody left to tell
}

// The usual handler prints the exception's text.
[[noreturn]] void on_terminate() {
  const auto* type = abi::__cxa_current_exception_type();
  say("error[E0999]: internal error: ");
  say(type != nullptr ? type->name() : "terminated");
  say("\nhelp: ");
  say(kWhatNow);
  say("\n");
  std::abort();
}

std::string readable(const char* mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(mangled, nullptr, nullptr, &status),
                                                    &std::free);
  return status == 0 ? name.get() : mangled;
}

}  // namespace

void guard_against_crashes() {
  std::set_terminate(on_terminate);
  // One byte: the limit below which no core is written to a file or sent to a program (core(5)).
  const rlimit none{.rlim_cur = 1, .rlim_max = 1};
  ::setrlimit(RLIMIT_CORE, &none);
}

Error internal_error(const std::exception& bug) {
  return {
      .code = "E0999", .message = "internal error: " + readable(typeid(bug).name()), .help = kWhatNow, .context = {}};
}

}  // namespace infra::cli
