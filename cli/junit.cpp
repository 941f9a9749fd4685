#include "cli/junit.h"

#include <fmt/format.h>

#include "base/secrets/url_secrets.h"
#include "base/text/visible.h"

namespace infra::cli {
namespace {

// What XML 1.0 allows; what is none of it has no escape either.
bool is_xml(char32_t c) {
  return c == '\t' || c == '\n' || (c >= 0x20 && c < 0xD800) || (c > 0xDFFF && c < 0xFFFE) || c > 0xFFFF;
}

// For text and attributes alike, whatever bytes a name holds.
std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto point = first_code_point(text);
    const char32_t c = point.value;
    const auto bytes = text.substr(0, point.length);
    text.remove_prefix(point.length);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\n') {
      out += "&#10;";  // an attribute's own would be read as a blank
    } else if (c != '\r') {
      out += is_xml(c) && c != 0xFFFD ? bytes : std::string_view("\xEF\xBF\xBD");
    }
  }
  return out;
}

std::string first_message(const TestOutcome& test) {
  for (const auto& d : test.diagnostics.all()) {
    if (d.severity == Severity::error) return without_url_secrets(fmt::format("{}: {}", d.code, d.message));
  }
  if (test.errors.empty()) return {};
  return without_url_secrets(fmt::format("{}: {}", test.errors.front().code, test.errors.front().message));
}

std::string body(const TestOutcome& test, const SourceMap& sources) {
  std::string out;
  if (!test.diagnostics.all().empty()) out += render_text(test.diagnostics, sources);
  for (const auto& error : test.errors) out += without_url_secrets(error.text()) + "\n";
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
