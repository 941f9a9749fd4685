#include "base/text/units.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace infra {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
constexpr std::array<Unit, 9> kByteUnits = {{{"TiB", 1LL << 40},
                                             {"GiB", 1LL << 30},
                                             {"MiB", 1LL << 20},
                                             {"KiB", 1LL << 10},
                                             {"TB", 1'000'000'000'000},
                                             {"GB", 1'000'000'000},
                                             {"MB", 1'000'000},
                                             {"KB", 1'000},
                                             {"B", 1}}};
constexpr std::array<Unit, 5> kTimeUnits = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"ms", 1}, {"m", 60'000}, {"s", 1'000}}};
constexpr std::array<Unit, 5> kTimeUnitsBySize = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

std::optional<double> parse_number(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != '_') digits += c;
  }
  double out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  return out;
}

// number × factor, if that is a whole number that fits.
std::optional<std::int64_t> scaled(std::string_view number, std::int64_t factor) {
  const auto parsed = parse_number(number);
  if (!parsed) return std::nullopt;
  const double product = *parsed * static_cast<double>(factor);
  const double whole = std::round(product);
  // 0.1 is none of a double's numbers, so what it is multiplied to may be off in its last digit.
  if (std::abs(product - whole) > std::abs(product) * 1e-15 || std::abs(product) > 9.0e18) return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

template <std::size_t N>
std::optional<std::int64_t> parse_unit(std::string_view text, const std::array<Unit, N>& units) {
  for (const auto& unit : units) {
    if (text.ends_with(unit.name)) return scaled(text.substr(0, text.size() - unit.name.size()), unit.factor);
  }
  return std::nullopt;
}

int bits(const Ip& ip) { return ip.v6 ? 128 : 32; }

bool bit(const Ip& ip, int index) {
  return ((static_cast<unsigned>(ip.bytes[static_cast<std::size_t>(index / 8)]) >> (7 - index % 8)) & 1U) != 0;
}

void set_bit(Ip& ip, int index, bool on) {
  auto& byte = ip.bytes[static_cast<std::size_t>(index / 8)];
  const auto mask = static_cast<std::uint8_t>(1U << (7 - index % 8));
  byte = static_cast<std::uint8_t>(on ? (byte | mask) : (byte & ~mask));
}

bool same_prefix(const Ip& a, const Ip& b, int prefix) {
  if (a.v6 != b.v6) return false;
  for (int i = 0; i < prefix; ++i) {
    if (bit(a, i) != bit(b, i)) return false;
  }
  return true;
}

}  // namespace

std::string format_bytes(Bytes bytes) {
  if (bytes.count == 0) return "0B";
  // The shortest exact text: 512MiB rather than 524288KiB, 20GB rather than 19531250KiB.
  std::string best;
  for (const auto& unit : kByteUnits) {
    if (bytes.count % unit.factor != 0) continue;
    auto text = fmt::format("{}{}", bytes.count / unit.factor, unit.name);
    if (best.empty() || text.size() < best.size()) best = std::move(text);
  }
  return best;
}

std::string format_duration(Duration duration) {
  if (duration.ms == 0) return "0s";
  for (const auto& unit : kTimeUnitsBySize) {
    if (duration.ms % unit.factor == 0) return fmt::format("{}{}", duration.ms / unit.factor, unit.name);
  }
  return fmt::format("{}ms", duration.ms);
}

std::string format_cpu(Cpu cpu) {
  return fmt::format("{}vcpu", static_cast<double>(cpu.ticks) / static_cast<double>(Cpu::kVcpu));
}

std::string format_percent(Percent percent) { return fmt::format("{}%", percent.value); }

std::string format_double(double value) {
  auto text = fmt::format("{}", value);
  if (text.find_first_of(".einf") == std::string::npos) text += ".0";
  return text;
}

std::string format_ip(const Ip& ip) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(ip.v6 ? AF_INET6 : AF_INET, ip.bytes.data(), text.data(), text.size());
  return text.data();
}

std::string format_cidr(const Cidr& cidr) { return fmt::format("{}/{}", format_ip(cidr.base), cidr.prefix); }

std::optional<Bytes> parse_bytes(std::string_view text) {
  const auto count = parse_unit(text, kByteUnits);
  return count ? std::optional(Bytes{*count}) : std::nullopt;
}

std::optional<Duration> parse_duration(std::string_view text) {
  const auto ms = parse_unit(text, kTimeUnits);
  return ms ? std::optional(Duration{*ms}) : std::nullopt;
}

std::optional<Cpu> parse_cpu(std::string_view text) {
  if (!text.ends_with("vcpu")) return std::nullopt;
  const auto ticks = scaled(text.substr(0, text.size() - 4), Cpu::kVcpu);
  return ticks ? std::optional(Cpu{*ticks}) : std::nullopt;
}

std::optional<Percent> parse_percent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  const auto value = parse_number(text.substr(0, text.size() - 1));
  return value ? std::optional(Percent{*value}) : std::nullopt;
}

std::optional<Ip> parse_ip(std::string_view text) {
  const std::string copy(text);
  Ip ip;
  ip.v6 = copy.find(':') != std::string::npos;
  if (inet_pton(ip.v6 ? AF_INET6 : AF_INET, copy.c_str(), ip.bytes.data()) != 1) return std::nullopt;
  return ip;
}

std::optional<Cidr> parse_cidr(std::string_view text, bool mask_host_bits) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto ip = parse_ip(text.substr(0, slash));
  const auto digits = text.substr(slash + 1);
  int prefix = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (!ip || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (prefix < 0 || prefix > bits(*ip)) return std::nullopt;
  for (int i = prefix; i < bits(*ip); ++i) {
    if (bit(*ip, i) && !mask_host_bits) return std::nullopt;
    set_bit(*ip, i, false);
  }
  return Cidr{*ip, static_cast<std::uint8_t>(prefix)};
}

bool contains(const Cidr& network, const Ip& ip) { return same_prefix(network.base, ip, network.prefix); }
bool contains(const Cidr& outer, const Cidr& inner) {
  return inner.prefix >= outer.prefix && contains(outer, inner.base);
}
bool overlaps(const Cidr& a, const Cidr& b) { return same_prefix(a.base, b.base, std::min(a.prefix, b.prefix)); }

std::optional<Cidr> slice(const Cidr& network, int prefix, std::int64_t index) {
  if (prefix < network.prefix || prefix > bits(network.base) || index < 0) return std::nullopt;
  const int width = prefix - network.prefix;
  if (width < 63 && index >= (std::int64_t{1} << width)) return std::nullopt;
  Cidr out{network.base, static_cast<std::uint8_t>(prefix)};
  for (int i = 0; i < width && i < 63; ++i) set_bit(out.base, prefix - 1 - i, ((index >> i) & 1) != 0);
  return out;
}

std::optional<Ip> host(const Cidr& network, std::int64_t number) {
  const int width = bits(network.base) - network.prefix;
  const bool from_end = number < 0;
  const std::int64_t distance = from_end ? -(number + 1) : number;  // -1 is the last address
  if (width < 63 && distance >= (std::int64_t{1} << width)) return std::nullopt;
  Ip out = network.base;
  for (int i = 0; i < width; ++i) {
    const bool on = i < 63 && ((distance >> i) & 1) != 0;
    set_bit(out, bits(out) - 1 - i, from_end ? !on : on);
  }
  return out;
}

}  // namespace infra
