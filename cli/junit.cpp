#include "cli/junit.h"

#include <fmt/format.h>

namespace infra::cli {
namespace {

// Text and attributes; what XML 1.0 allows in neither is left out.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (byte >= 0x20 || c == '\n' || c == '\t') {
      out += c;
    }
  }
  return out;
}

std::string first_message(const TestOutcome& test) {
  for (const auto& d : test.diagnostics.all()) {
    if (d.severity == Severity::error) return fmt::format("{}: {}", d.code, d.message);
  }
  return test.errors.empty() ? "" : fmt::format("{}: {}", test.errors.front().code, test.errors.front().message);
}

std::string body(const TestOutcome& test, const SourceMap& sources) {
  std::string out;
  if (!test.diagnostics.all().empty()) out += render_text(test.diagnostics, sources);
  for (const auto& error : test.errors) out += error.text() + "\n";
  return out;
}

double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

std::string junit_xml(const TestsRun& run) {
  std::chrono::milliseconds all{0};
  for (const auto& test : run.tests) all += test.took;
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out +=
      fmt::format("<testsuites>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.3f}\">\n",
                  escaped(run.stack), run.tests.size(), run.failed(), seconds(all));
  for (const auto& test : run.tests) {
    out += fmt::format("<testcase classname=\"{}\" name=\"{}\" file=\"{}\" time=\"{:.3f}\"", escaped(run.stack),
                       escaped(test.name), escaped(run.sources.file(test.span.file).path), seconds(test.took));
    if (test.passed()) {
      out += "/>\n";
    } else {
      out += fmt::format(">\n<failure message=\"{}\">{}</failure>\n</testcase>\n", escaped(first_message(test)),
                         escaped(body(test, run.sources)));
    }
  }
  return out + "</testsuite>\n</testsuites>\n";
}

}  // namespace infra::cli
