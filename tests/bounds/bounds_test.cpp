// No input may stall the compiler: at four times its size no shape takes more than about four times the work, and each
// ends within bounds of time and memory at a hundred times the size at which that is measured.
#include <linux/perf_event.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <map>

#include "base/sources/memory_tree.h"
#include "compiler/compile.h"
#include "grammar/format/format.h"
#include "tests/bounds/shapes.h"

namespace infra {
namespace {

class EveryPlatform : public PlatformTable {
 public:
  bool serves(std::string_view /*platform*/, std::string_view /*kind*/) const override { return true; }
  bool reads(std::string_view /*platform*/, std::string_view /*kind*/) const override { return true; }
  std::vector<std::string> platform_kinds() const override { return {"nodes", "simulator"}; }
};

// Instructions of this thread where the machine counts them, else its processor time.
class Work {
 public:
  Work() {
    perf_event_attr wanted{};
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.size = sizeof wanted;
    wanted.config = PERF_COUNT_HW_INSTRUCTIONS;
    wanted.exclude_kernel = 1;
    wanted.exclude_hv = 1;
    counter_ = static_cast<int>(::syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0));
  }
  ~Work() {
    if (counter_ >= 0) ::close(counter_);
  }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  [[nodiscard]] double so_far() const {
    std::uint64_t count = 0;
    if (counter_ >= 0 && ::read(counter_, &count, sizeof count) == sizeof count) return static_cast<double>(count);
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
  }

 private:
  int counter_;
};

void run(const std::string& text) {
  const MemoryTree tree({{"main.infra", text}}, "");
  const EveryPlatform platforms;
  const auto compiled =
      compile({.sources = tree, .default_stack = "test", .params = {}, .complete = false, .platforms = platforms});
  (void)render_text(compiled.diagnostics, compiled.sources);
  SourceMap sources;
  Diagnostics diagnostics;
  (void)format(sources, sources.add("main.infra", text), diagnostics);
}

double work_of(const std::string& text, int times) {
  const Work work;
  double least = std::numeric_limits<double>::max();
  for (int i = 0; i < times; ++i) {
    const double before = work.so_far();
    run(text);
    least = std::min(least, work.so_far() - before);
  }
  return least;
}

// What remains when a program does nothing but start.
double overhead() {
  static const double kOverhead = [] {
    run("let a = 1\n");
    return work_of("let a = 1\n", 5);
  }();
  return kOverhead;
}

struct Used {
  int status = 0;
  double seconds = 0;
  long mib = 0;
};

// In a process of its own, whose end by a signal is seen.
Used run_apart(const std::string& text) {
  const auto pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    const rlimit time{.rlim_cur = 120, .rlim_max = 120};  // seconds: a stall, on a slow machine and not optimised
    ::setrlimit(RLIMIT_CPU, &time);
    run(text);
    ::_exit(0);
  }
  Used out;
  rusage usage{};
  REQUIRE(::wait4(pid, &out.status, 0, &usage) == pid);
  out.seconds = static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
  out.mib = usage.ru_maxrss / 1024;
  return out;
}

void show(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

bool chosen(const bounds::Shape& shape) {
  const char* only = std::getenv("INFRA_SHAPE");
  return only == nullptr || std::string_view(only) == shape.name;
}

// n log n is 4.7, and up to 8.5 with what else a busy machine does; the square is 16.
constexpr double kMostGrowth = 11;

// Work at four times the size, by work at the size. Processor time is noisy on a busy machine, and noise only adds:
// what looks too much is measured again, both sizes one after the other, and the least counts.
double growth_of(const bounds::Shape& shape) {
  const auto once = shape.text(shape.size);
  const auto four_times = shape.text(4 * shape.size);
  double growth = std::numeric_limits<double>::max();
  for (int i = 0; i < 5 && growth >= kMostGrowth; ++i) {
    const double small = std::max(work_of(once, 2) - overhead(), overhead() / 4);
    growth = std::min(growth, (work_of(four_times, 1 + i) - overhead()) / small);
  }
  return growth;
}

}  // namespace

TEST_CASE("no shape grows faster than n log n") {
  for (const auto& shape : bounds::all_shapes()) {
    if (!chosen(shape) || !shape.linear) continue;
    const double growth = growth_of(shape);
    if (std::getenv("INFRA_SHOW") != nullptr) show(fmt::format("{:24} {:6.2f} x at 4 n", shape.name, growth));
    INFO(shape.name << " takes " << growth << " times the work at four times the size");
    CHECK(growth < kMostGrowth);
  }
}

TEST_CASE("each shape ends at a hundred times the size, with a result or a message, in 500 MB") {
  for (const auto& shape : bounds::all_shapes()) {
    if (!chosen(shape)) continue;
    const auto used = run_apart(shape.text(100 * shape.size));
    if (std::getenv("INFRA_SHOW") != nullptr)
      show(fmt::format("{:24} {:6.2f} s {:5} MiB at 100 n, {}", shape.name, used.seconds, used.mib, used.status));
    INFO(shape.name << ": status " << used.status << ", " << used.seconds << " s, " << used.mib << " MiB");
    CHECK(used.status == 0);
    CHECK(used.mib < 500);
  }
}

TEST_CASE("libraries and modules are nested only so deeply") {
  const EveryPlatform platforms;
  const auto messages = [&](const std::map<std::string, std::string>& files) {
    const MemoryTree tree(files, "");
    const auto compiled =
        compile({.sources = tree, .default_stack = "test", .params = {}, .complete = false, .platforms = platforms});
    return render_text(compiled.diagnostics, compiled.sources);
  };
  constexpr int kMany = 5000;
  std::map<std::string, std::string> libraries{{"main.infra", "use \"./l0.lib.infra\" as l\n"}};
  std::map<std::string, std::string> modules{{"main.infra", "module m { from = \"./m0\" }\n"}};
  for (int i = 0; i < kMany; ++i) {
    libraries[fmt::format("l{}.lib.infra", i)] = fmt::format("use \"./l{}.lib.infra\" as l\n", i + 1);
    modules[fmt::format("m{}/main.infra", i)] = fmt::format("module m {{ from = \"../m{}\" }}\n", i + 1);
  }
  CHECK(messages(libraries).find("libraries use each other more than 100 deep") != std::string::npos);
  CHECK(messages(modules).find("modules are nested more than 100 deep") != std::string::npos);
}

}  // namespace infra
