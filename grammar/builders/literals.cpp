#include "grammar/builders/literals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text/units.h"

namespace infra {
namespace {

std::string without_underscores(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// What people write for a unit, in lower case, and what it is called here.
struct OtherName {
  std::string_view written;
  std::string_view unit;
};
constexpr std::array<OtherName, 28> kOtherNames = {
    {{"k", "KB"},      {"ki", "KiB"},   {"kib", "KiB"},   {"kb", "KB"},   {"m", "MiB"},   {"mi", "MiB"},
     {"mib", "MiB"},   {"mb", "MB"},    {"g", "GB"},      {"gi", "GiB"},  {"gib", "GiB"}, {"gb", "GB"},
     {"t", "TB"},      {"ti", "TiB"},   {"tib", "TiB"},   {"tb", "TB"},   {"b", "B"},     {"sec", "s"},
     {"secs", "s"},    {"second", "s"}, {"seconds", "s"}, {"min", "m"},   {"mins", "m"},  {"minute", "m"},
     {"minutes", "m"}, {"hour", "h"},   {"hours", "h"},   {"cpu", "vcpu"}}};
constexpr std::array<OtherName, 5> kMoreNames = {
    {{"day", "d"}, {"days", "d"}, {"vcpu", "vcpu"}, {"vcpus", "vcpu"}, {"cpus", "vcpu"}}};
constexpr std::array<std::string_view, 15> kUnits = {"B",   "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB",
                                                     "TiB", "ms", "s",  "m",  "h",  "d",   "vcpu"};

std::string_view meant_unit(std::string_view written) {
  const auto key = lower(written);
  for (const auto& other : kOtherNames) {
    if (other.written == key) return other.unit;
  }
  for (const auto& other : kMoreNames) {
    if (other.written == key) return other.unit;
  }
  return {};
}

}  // namespace

std::optional<Value> Literals::integer(std::string_view text, Span span, bool negative) {
  const auto digits = (negative ? "-" : "") + without_underscores(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc{}) return Value(value);
  diagnostics_.error("E0106", span, fmt::format("the number {} is too large", text), "doesn't fit an Int",
                     fmt::format("the largest Int is {}", std::numeric_limits<std::int64_t>::max()));
  return std::nullopt;
}

std::optional<Value> Literals::floating(std::string_view text, Span span) {
  const auto digits = without_underscores(text);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc{} && std::isfinite(value)) return Value(value);
  diagnostics_.error("E0106", span, fmt::format("the number {} can't be a Float", text),
                     "outside what a Float can hold");
  return std::nullopt;
}

std::optional<Value> Literals::quantity(std::string_view text, Span span) {
  if (const auto cpu = parse_cpu(text)) return Value(*cpu);
  if (const auto bytes = parse_bytes(text)) return Value(*bytes);
  if (const auto duration = parse_duration(text)) return Value(*duration);
  report_quantity(text, span);
  return std::nullopt;
}

void Literals::report_quantity(std::string_view text, Span span) {
  const auto letters = std::min(text.find_first_not_of("0123456789_."), text.size());
  const auto number = text.substr(0, letters);
  const auto unit = text.substr(letters);
  if (std::find(kUnits.begin(), kUnits.end(), unit) != kUnits.end()) {
    const std::string_view counted = unit == "vcpu"        ? "thousandths of a vcpu"
                                     : unit.ends_with('B') ? "bytes"
                                                           : "milliseconds";
    const bool fraction = number.find('.') != std::string_view::npos;
    diagnostics_.error(
        "E0106", span,
        fraction ? fmt::format("{} is not a whole number of {}", text, counted) : fmt::format("{} is too large", text),
        fraction ? "not a whole number" : "too large", "choose another number or unit");
    return;
  }
  if (unit.find_first_of("0123456789_") != std::string_view::npos) {
    diagnostics_.error("E0106", span, fmt::format("`{}` is neither a number nor a name", text),
                       "names begin with a letter", "put it between quotes if it is text");
    return;
  }
  const auto meant = meant_unit(unit);
  auto& message = diagnostics_.error("E0106", span, fmt::format("there is no unit `{}`", unit), "unknown unit",
                                     meant.empty() ? "units are B KB MB GB TB, KiB MiB GiB TiB, ms s m h d, vcpu"
                                                   : fmt::format("write {}{}", number, meant));
  if (!meant.empty()) message.fixes.push_back({.span = span, .replacement = fmt::format("{}{}", number, meant)});
}

std::optional<Value> Literals::percent(std::string_view text, Span span) {
  if (const auto value = parse_percent(text)) return Value(*value);
  diagnostics_.error("E0106", span, fmt::format("the percentage {} is too large", text), "too large");
  return std::nullopt;
}

std::optional<Value> Literals::address(std::string_view text, Span span) {
  if (text.find('/') == std::string_view::npos) {
    if (const auto ip = parse_ip(text)) return Value(*ip);
  } else if (const auto cidr = parse_cidr(text)) {
    return Value(*cidr);
  }
  report_network(text, span);
  return std::nullopt;
}

void Literals::report_network(std::string_view text, Span span) {
  if (const auto masked = parse_cidr(text, true)) {
    const auto fixed = format_cidr(*masked);
    auto& message =
        diagnostics_.error("E0107", span, fmt::format("{} has bits set behind its prefix", text),
                           "this is an address inside the network", fmt::format("the network is {}", fixed));
    message.fixes.push_back({.span = span, .replacement = fixed});
    return;
  }
  const auto slash = text.find('/');
  const auto address = text.substr(0, slash);
  if (slash != std::string_view::npos && parse_ip(address)) {
    diagnostics_.error(
        "E0107", span, fmt::format("{} is not a network", text), "the prefix is too long",
        address.find(':') == std::string_view::npos ? "an IPv4 prefix is 0 to 32" : "an IPv6 prefix is 0 to 128");
    return;
  }
  const bool four = std::count(address.begin(), address.end(), '.') == 3;
  const bool version = address.find(':') == std::string_view::npos && !four && slash == std::string_view::npos;
  auto& message = diagnostics_.error(
      "E0107", span, fmt::format("{} is not an address", text),
      version ? "an IPv4 address has four parts" : "not an IP address",
      version ? "a version is text: write it between quotes"
              : "IPv4: four numbers from 0 to 255 without leading zeros; IPv6: groups of four hex digits");
  if (version) message.fixes.push_back({.span = span, .replacement = fmt::format("\"{}\"", text)});
}

}  // namespace infra
