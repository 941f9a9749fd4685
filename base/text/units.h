// Reading and writing the literals with units, addresses and networks.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/values/value.h"

namespace infra {

constexpr std::int64_t kMib = std::int64_t{1} << 20;
constexpr std::int64_t kGib = std::int64_t{1} << 30;

std::string format_bytes(Bytes bytes);           // "512MiB", "20GB", "1000B": the largest unit that divides it
std::string format_duration(Duration duration);  // "250ms" "30s" "5m" "2h" "7d"
std::string format_cpu(Cpu cpu);                 // "0.5vcpu"
std::string format_percent(Percent percent);     // "60%"
std::string format_ip(const Ip& ip);
std::string format_cidr(const Cidr& cidr);
std::string format_double(double value);  // the shortest text that reads back the same, with a '.' or exponent

std::optional<Bytes> parse_bytes(std::string_view text);
std::optional<Duration> parse_duration(std::string_view text);
std::optional<Cpu> parse_cpu(std::string_view text);
std::optional<Percent> parse_percent(std::string_view text);
std::optional<Ip> parse_ip(std::string_view text);
// Host bits that are set are refused unless `mask_host_bits`.
std::optional<Cidr> parse_cidr(std::string_view text, bool mask_host_bits = false);

bool contains(const Cidr& network, const Ip& ip);
bool contains(const Cidr& outer, const Cidr& inner);
bool overlaps(const Cidr& a, const Cidr& b);
// The index-th network with this longer prefix; nullopt if there is none.
std::optional<Cidr> slice(const Cidr& network, int prefix, std::int64_t index);
// The number-th address; negative counts from the end. nullopt if outside.
std::optional<Ip> host(const Cidr& network, std::int64_t number);

}  // namespace infra
