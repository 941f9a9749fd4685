#include "state/rows/checksum.h"

#include <bit>
#include <cstring>

#include "state/rows/columns.h"

namespace infra {
namespace {

constexpr std::uint64_t kSeed = 0x9e3779b97f4a7c15U;
constexpr std::uint64_t kFactor = 0xff51afd7ed558ccdU;  // MurmurHash3's finalizer

// Eight bytes at a time: loading 100,000 resources hashes about 100 MB. Little-endian on every machine.
class Sum {
 public:
  explicit Sum(std::uint64_t seed) { add(seed); }
  Sum& add(std::uint64_t word) {
    state_ = (state_ ^ word) * kFactor;
    state_ ^= state_ >> 32U;
    return *this;
  }
  Sum& add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) add(word(text.substr(at, 8)));
    return at == text.size() ? *this : add(word(text.substr(at)));
  }
  Sum& add(const std::string& text) { return add(std::string_view(text)); }
  Sum& add(const Address& address) { return add(address.kind).add(address.path).add(address.part); }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  static std::uint64_t word(std::string_view bytes) {  // at most eight
    std::uint64_t out = 0;
    std::memcpy(&out, bytes.data(), bytes.size());
    if constexpr (std::endian::native == std::endian::big) out = __builtin_bswap64(out);
    return out;
  }
  std::uint64_t state_ = kSeed;
};

// The columns of a row, one after the other.
struct RowSum {
  Sum sum;
  std::uint64_t later_members = 1;

  void operator()(ColumnName, const std::string& text) { sum.add(text); }
  void operator()(ColumnName, const Address& address) { sum.add(address); }
  void operator()(ColumnName, const std::vector<Address>& addresses) {
    sum.add(static_cast<std::uint64_t>(addresses.size()));
    for (const auto& address : addresses) sum.add(address);
  }
  void operator()(ColumnName, const std::vector<SealedRevision>& revisions) {
    for (const auto& sealed : revisions) sum.add(sealed.revision).add(sealed.box);
  }
  void operator()(ColumnName, const std::vector<SourceRecord>& sources) {
    for (const auto& s : sources) {
      sum.add(s.path).add(s.hash).add(number(s.executable)).add(number(s.symlink)).add(number(s.kept)).add(s.size);
    }
  }
  template <class Number>
  void operator()(ColumnName, Number member) {
    sum.add(number(member));
  }
  void value(ColumnName, const std::string& text) { sum.add(text); }
  // Without it the sum is that of the version before.
  template <class Member>
  void later(ColumnName, const Member& member) {
    ++later_members;
    if (number(member) != 0) sum.add(later_members).add(number(member));
  }
  void fence(ColumnName name, std::uint64_t fence) { later(name, fence); }

  template <class Number>
  static std::uint64_t number(Number member) {
    return static_cast<std::uint64_t>(member);
  }
};

template <class Row>
std::uint64_t sum_of(const Row& row) {
  RowSum out{.sum = Sum(Table<Row>::facts.seed)};
  each_column(row, out);
  return out.sum.value();
}

}  // namespace

std::uint64_t checksum(const RecordedResource& resource) { return sum_of(resource); }
std::uint64_t checksum(const Intent& intent) { return sum_of(intent); }
std::uint64_t checksum(const RecordedOutput& output) { return sum_of(output); }
std::uint64_t checksum(const RecordedPlatform& platform) { return sum_of(platform); }
std::uint64_t checksum(const RecordedSecret& secret) { return sum_of(secret); }
std::uint64_t checksum(const RecordedDeployment& deployment) { return sum_of(deployment); }
std::uint64_t checksum(const RecordedNote& note) { return sum_of(note); }
std::uint64_t checksum(const Revision& revision) { return sum_of(revision); }

std::uint64_t checksum_of_head(const std::string& lineage, const std::string& stack, Serial serial) {
  return Sum(5).add(lineage).add(stack).add(serial.value).value();
}

}  // namespace infra
