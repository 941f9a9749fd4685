#include "facts/instances.h"

#include "base/text/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace infra::facts {
namespace {

// Most families give each vCPU the same memory, and a size's name says how many vCPUs it has.
struct Family {
  std::string_view names;  // of families that are alike
  std::string_view vcpus;  // of the sizes that there are
  std::int64_t mib;        // for each vCPU
};
constexpr Family kFamilies[] = {
    {"c3", "2 4 8 16 32", 1920},
    {"a1", "1 2 4 8 16", 2048},
    {"c6g c6gd c6gn c7g c7gd c7gn", "1 2 4 8 16 32 48 64", 2048},
    {"c7a", "1 2 4 8 16 32 48 64 96 128 192", 2048},
    {"c8a c8g c8gb c8gd c8gn", "1 2 4 8 16 32 48 64 96 192", 2048},
    {"c8ine", "2 4 8 16 32 48", 2048},
    {"c7i-flex c8i-flex", "2 4 8 16 32 48 64", 2048},
    {"c5a c5ad", "2 4 8 16 32 48 64 96", 2048},
    {"c6i c6id c6in", "2 4 8 16 32 48 64 96 128", 2048},
    {"c6a", "2 4 8 16 32 48 64 96 128 192", 2048},
    {"c8i c8ib c8id c8in", "2 4 8 16 32 48 64 96 128 192 384", 2048},
    {"c7i", "2 4 8 16 32 48 64 96 192", 2048},
    {"c5 c5d", "2 4 8 16 36 48 72 96", 2048},
    {"g5g", "4 8 16 32 64", 2048},
    {"inf1", "4 8 24 96", 2048},
    {"vt1", "12 24 96", 2048},
    {"m3", "1 2 4 8", 3840},
    {"m6g m6gd m7g m7gd", "1 2 4 8 16 32 48 64", 4096},
    {"m7a", "1 2 4 8 16 32 48 64 96 128 192", 4096},
    {"m8a m8g m8gb m8gd m8gn", "1 2 4 8 16 32 48 64 96 192", 4096},
    {"m8azn", "1 2 4 12 24 48 96", 4096},
    {"m5zn", "2 4 8 12 24 48", 4096},
    {"g6f", "2 4 8 16", 4096},
    {"m8ine", "2 4 8 16 32 48", 4096},
    {"m7i-flex m8i-flex", "2 4 8 16 32 48 64", 4096},
    {"m5 m5a m5ad m5d m5dn m5n", "2 4 8 16 32 48 64 96", 4096},
    {"m6i m6id m6idn m6in", "2 4 8 16 32 48 64 96 128", 4096},
    {"m6a", "2 4 8 16 32 48 64 96 128 192", 4096},
    {"m8i m8ib m8id m8in", "2 4 8 16 32 48 64 96 128 192 384", 4096},
    {"m7i", "2 4 8 16 32 48 64 96 192", 4096},
    {"im4gn", "2 4 8 16 32 64", 4096},
    {"m4", "2 4 8 16 40 64", 4096},
    {"d3en", "4 8 16 24 32 48", 4096},
    {"g4dn", "4 8 16 32 48 64", 4096},
    {"g5 g6", "4 8 16 32 48 64 96 192", 4096},
    {"g4ad", "4 8 16 32 64", 4096},
    {"inf2", "4 32 96 192", 4096},
    {"h1", "8 16 32 64", 4096},
    {"trn1", "8 128", 4096},
    {"trn1n", "128", 4096},
    {"is4gen", "1 2 4 8 16 32", 6144},
    {"i3 r4", "2 4 8 16 32 64", 7808},
    {"i2", "4 8 16 32", 7808},
    {"r6g r6gd r7g r7gd", "1 2 4 8 16 32 48 64", 8192},
    {"r7a", "1 2 4 8 16 32 48 64 96 128 192", 8192},
    {"r8a r8g r8gb r8gd r8gn", "1 2 4 8 16 32 48 64 96 192", 8192},
    {"z1d", "2 4 8 12 24 48", 8192},
    {"i7ie i8ge", "2 4 8 12 24 48 72 96 192", 8192},
    {"i3en", "2 4 8 12 24 48 96", 8192},
    {"r8i-flex", "2 4 8 16 32 48 64", 8192},
    {"r5 r5a r5ad r5b r5d r5dn r5n", "2 4 8 16 32 48 64 96", 8192},
    {"i4i r6i r6id r6idn r6in", "2 4 8 16 32 48 64 96 128", 8192},
    {"r6a", "2 4 8 16 32 48 64 96 128 192", 8192},
    {"r8i r8ib r8id r8in", "2 4 8 16 32 48 64 96 128 192 384", 8192},
    {"i7i i8g r7i", "2 4 8 16 32 48 64 96 192", 8192},
    {"r7iz", "2 4 8 16 32 48 64 128", 8192},
    {"i4g", "2 4 8 16 32 64", 8192},
    {"d3", "4 8 16 32", 8192},
    {"g6e", "4 8 16 32 48 64 96 192", 8192},
    {"gr6f", "16", 8192},
    {"gr6", "16 32", 8192},
    {"dl1 dl2q p3dn", "96", 8192},
    {"p4d p4de", "96", 12288},
    {"x1", "64 128", 15616},
    {"x2gd", "1 2 4 8 16 32 48 64", 16384},
    {"x8g", "1 2 4 8 16 32 48 64 96 192", 16384},
    {"x8i", "2 4 8 16 32 48 64 96 128 192 256 384", 16384},
    {"x2idn", "64 96 128", 16384},
    {"x1e", "4 8 16 32 64 128", 31232},
    {"x8aedz", "2 4 12 24 48 96", 32768},
    {"x2iedn", "4 8 16 32 64 96 128", 32768},
    {"x2iezn", "8 16 24 32 48", 32768},
};

struct Single {
  std::string_view name;
  std::int64_t vcpus;
  std::int64_t mib;
};
// The families that don't follow that rule.
constexpr Single kSingles[] = {
    {"c1.medium", 2, 1740},
    {"c1.xlarge", 8, 7168},
    {"c4.large", 2, 3840},
    {"c4.xlarge", 4, 7680},
    {"c4.2xlarge", 8, 15360},
    {"c4.4xlarge", 16, 30720},
    {"c4.8xlarge", 36, 61440},
    {"c5n.large", 2, 5376},
    {"c5n.xlarge", 4, 10752},
    {"c5n.2xlarge", 8, 21504},
    {"c5n.4xlarge", 16, 43008},
    {"c5n.9xlarge", 36, 98304},
    {"c5n.18xlarge", 72, 196608},
    {"d2.xlarge", 4, 31232},
    {"d2.2xlarge", 8, 62464},
    {"d2.4xlarge", 16, 124928},
    {"d2.8xlarge", 36, 249856},
    {"f2.6xlarge", 24, 262144},
    {"f2.12xlarge", 48, 524288},
    {"f2.48xlarge", 192, 2097152},
    {"g7e.2xlarge", 8, 65536},
    {"g7e.4xlarge", 16, 131072},
    {"g7e.8xlarge", 32, 262144},
    {"g7e.12xlarge", 48, 524288},
    {"g7e.24xlarge", 96, 1048576},
    {"g7e.48xlarge", 192, 2097152},
    {"hpc6a.48xlarge", 96, 393216},
    {"hpc6id.32xlarge", 64, 1048576},
    {"hpc7a.12xlarge", 24, 786432},
    {"hpc7a.24xlarge", 48, 786432},
    {"hpc7a.48xlarge", 96, 786432},
    {"hpc7a.96xlarge", 192, 786432},
    {"hpc7g.4xlarge", 16, 131072},
    {"hpc7g.8xlarge", 32, 131072},
    {"hpc7g.16xlarge", 64, 131072},
    {"hpc8a.96xlarge", 192, 786432},
    {"m1.small", 1, 1740},
    {"m1.medium", 1, 3788},
    {"m1.large", 2, 7680},
    {"m1.xlarge", 4, 15360},
    {"m2.xlarge", 2, 17510},
    {"m2.2xlarge", 4, 35020},
    {"m2.4xlarge", 8, 70041},
    {"p5.4xlarge", 16, 262144},
    {"p5.48xlarge", 192, 2097152},
    {"p5e.48xlarge", 192, 2097152},
    {"p5en.48xlarge", 192, 2097152},
    {"p6-b200.48xlarge", 192, 2097152},
    {"p6-b300.48xlarge", 192, 4194304},
    {"r3.large", 2, 15360},
    {"r3.xlarge", 4, 31232},
    {"r3.2xlarge", 8, 62464},
    {"r3.4xlarge", 16, 124928},
    {"r3.8xlarge", 32, 249856},
    {"t1.micro", 1, 627},
    {"t2.nano", 1, 512},
    {"t2.micro", 1, 1024},
    {"t2.small", 1, 2048},
    {"t2.medium", 2, 4096},
    {"t2.large", 2, 8192},
    {"t2.xlarge", 4, 16384},
    {"t2.2xlarge", 8, 32768},
    {"t3.nano", 2, 512},
    {"t3.micro", 2, 1024},
    {"t3.small", 2, 2048},
    {"t3.medium", 2, 4096},
    {"t3.large", 2, 8192},
    {"t3.xlarge", 4, 16384},
    {"t3.2xlarge", 8, 32768},
    {"t3a.nano", 2, 512},
    {"t3a.micro", 2, 1024},
    {"t3a.small", 2, 2048},
    {"t3a.medium", 2, 4096},
    {"t3a.large", 2, 8192},
    {"t3a.xlarge", 4, 16384},
    {"t3a.2xlarge", 8, 32768},
    {"t4g.nano", 2, 512},
    {"t4g.micro", 2, 1024},
    {"t4g.small", 2, 2048},
    {"t4g.medium", 2, 4096},
    {"t4g.large", 2, 8192},
    {"t4g.xlarge", 4, 16384},
    {"t4g.2xlarge", 8, 32768},
    {"trn2.3xlarge", 12, 131072},
    {"trn2.48xlarge", 192, 2097152},
    {"u-3tb1.56xlarge", 224, 3145728},
    {"u-6tb1.56xlarge", 224, 6291456},
    {"u-6tb1.112xlarge", 448, 6291456},
    {"u7i-12tb.224xlarge", 896, 12582912},
    {"u7i-6tb.112xlarge", 448, 6291456},
    {"u7i-8tb.112xlarge", 448, 8388608},
    {"u7in-16tb.224xlarge", 896, 16777216},
    {"u7in-24tb.224xlarge", 896, 25165824},
    {"u7in-32tb.224xlarge", 896, 33554432},
};

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::int64_t number(std::string_view text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

// EC2 User Guide, "Maximum IP addresses per network interface"; eni-max-pods.txt of the EKS images has the same.
struct Interfaces {
  std::string_view name;
  std::int64_t count;
};
constexpr Interfaces kBurstable[] = {
    {"t2.nano", 2},    {"t2.micro", 2},   {"t2.small", 3},    {"t2.medium", 3},   {"t2.large", 3},  {"t2.xlarge", 3},
    {"t2.2xlarge", 3}, {"t3.nano", 2},    {"t3.micro", 2},    {"t3.small", 3},    {"t3.medium", 3}, {"t3.large", 3},
    {"t3.xlarge", 4},  {"t3.2xlarge", 4}, {"t3a.nano", 2},    {"t3a.micro", 2},   {"t3a.small", 2}, {"t3a.medium", 3},
    {"t3a.large", 3},  {"t3a.xlarge", 4}, {"t3a.2xlarge", 4}, {"t4g.nano", 2},    {"t4g.micro", 2}, {"t4g.small", 3},
    {"t4g.medium", 3}, {"t4g.large", 3},  {"t4g.xlarge", 4},  {"t4g.2xlarge", 4},
};
// In these families the number follows from the size.
constexpr std::string_view kUsualInterfaces =
    "a1 c5 c5a c5ad c5d c5n c6a c6g c6gd c6gn c6i c6id c7a c7g c7gd c7i m5 m5a m5ad m5d m5dn m5n m6a m6g m6gd m6i m6id "
    "m7a "
    "m7g m7gd m7i r5 r5a r5ad r5b r5d r5dn r5n r6a r6g r6gd r6i r6id r7a r7g r7gd r7i i4i x2gd";

std::int64_t usual_interfaces(std::int64_t vcpus) {
  if (vcpus <= 1) return 2;
  if (vcpus <= 2) return 3;
  if (vcpus <= 8) return 4;
  return vcpus < 64 ? 8 : 15;
}

std::int64_t interfaces_of(std::string_view name, std::string_view family, std::int64_t vcpus) {
  for (const auto& one : kBurstable) {
    if (one.name == name) return one.count;
  }
  const auto usual = words(kUsualInterfaces);
  return std::find(usual.begin(), usual.end(), family) != usual.end() ? usual_interfaces(vcpus) : 0;
}

std::string size_name(std::int64_t vcpus) {
  if (vcpus == 1) return "medium";
  if (vcpus == 2) return "large";
  return vcpus == 4 ? "xlarge" : fmt::format("{}xlarge", vcpus / 4);
}

}  // namespace

std::vector<InstanceType> instances_of_family(std::string_view family) {
  std::vector<InstanceType> out;
  const bool trunks = !(family.size() >= 2 && family[0] == 't' && family[1] >= '0' && family[1] <= '9');
  const auto add = [&](std::string name, std::int64_t vcpus, std::int64_t mib) {
    const auto interfaces = interfaces_of(name, family, vcpus);
    out.push_back({std::move(name), Cpu{vcpus * Cpu::kVcpu}, Bytes{mib * kMib}, interfaces, trunks});
  };
  for (const auto& row : kFamilies) {
    const auto names = words(row.names);
    if (std::find(names.begin(), names.end(), family) == names.end()) continue;
    for (const auto size : words(row.vcpus)) {
      const auto vcpus = number(size);
      add(fmt::format("{}.{}", family, size_name(vcpus)), vcpus, vcpus * row.mib);
    }
  }
  for (const auto& row : kSingles) {
    if (row.name.substr(0, row.name.find('.')) != family) continue;
    add(std::string(row.name), row.vcpus, row.mib);
  }
  return out;
}

std::optional<InstanceType> find_instance(std::string_view name) {
  for (auto& one : instances_of_family(name.substr(0, name.find('.')))) {
    if (one.name == name) return std::move(one);
  }
  return std::nullopt;
}

Bytes most_registered(Bytes memory) { return Bytes{memory.count - memory.count / 64}; }

Bytes usually_registered(Bytes memory) {
  const std::int64_t percent = memory.count <= 2 * kGib ? 93 : memory.count <= 16 * kGib ? 95 : 97;
  return Bytes{memory.count / 100 * percent};
}

}  // namespace infra::facts
