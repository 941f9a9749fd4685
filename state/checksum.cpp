#include "state/checksum.h"

#include <bit>
#include <cstring>

namespace infra {
namespace {

constexpr std::uint64_t kSeed = 0x9e3779b97f4a7c15U;
constexpr std::uint64_t kFactor = 0xff51afd7ed558ccdU;  // MurmurHash3's finalizer

// Eight bytes at a time: loading 100,000 resources hashes about 100 MB. Little-endian on every machine.
class Sum {
 public:
  // A different start for each table: an output can't stand in for a platform.
  explicit Sum(std::uint64_t table) { add(table); }
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
  Sum& add(const Address& address) { return add(address.kind).add(address.path).add(address.part); }
  Sum& add(const std::string& text) { return add(std::string_view(text)); }
  Sum& add(bool flag) { return add(std::uint64_t{flag ? 1U : 0U}); }
  // A member that came later: without it the sum is that of the version before.
  Sum& add_later(std::uint64_t member, std::uint64_t value) { return value == 0 ? *this : add(member).add(value); }
  Sum& add(const std::vector<Address>& addresses) {
    add(static_cast<std::uint64_t>(addresses.size()));
    for (const auto& address : addresses) add(address);
    return *this;
  }
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

}  // namespace

std::uint64_t checksum(const RecordedResource& r) {
  return Sum(1)
      .add(r.address)
      .add(r.type)
      .add(r.platform)
      .add(r.id)
      .add(r.deposed)
      .add(r.protect)
      .add(r.spec_hash)
      .add(r.inputs)
      .add(r.outputs)
      .add(r.depends_on)
      .add_later(2, r.keep ? 1U : 0U)
      .value();
}

std::uint64_t checksum(const Intent& i) {
  return Sum(2)
      .add(i.token)
      .add(static_cast<std::uint64_t>(i.operation))
      .add(i.address)
      .add(i.type)
      .add(i.platform)
      .add(i.id)
      .add(i.spec_hash)
      .add(i.inputs)
      .add(i.protect)
      .add(i.deposes)
      .add(i.depends_on)
      .add_later(2, i.keep ? 1U : 0U)
      .add_later(3, i.fence)
      .value();
}

std::uint64_t checksum(const RecordedOutput& o) { return Sum(3).add(o.name).add(o.value).add(o.secret).value(); }

std::uint64_t checksum(const RecordedPlatform& p) { return Sum(4).add(p.name).add(p.kind).add(p.config).value(); }

std::uint64_t checksum(const RecordedSecret& s) {
  return Sum(6).add(s.name).add(s.key).add(s.box).add(s.updated).value();
}

std::uint64_t checksum(const RecordedDeployment& d) {
  Sum sum(8);
  sum.add(d.name).add(d.platform).add(d.from).add(d.to).add(d.status).add(static_cast<std::uint64_t>(d.failures));
  sum.add(d.started).add(d.ended).add(d.reason).add(d.commit).add(d.back_off);
  for (const auto& sealed : d.revisions) sum.add(sealed.revision).add(sealed.box);
  return sum.value();
}

std::uint64_t checksum(const RecordedNote& n) {
  return Sum(9).add(n.topic).add(n.name).add(n.at).add(static_cast<std::uint64_t>(n.number)).add(n.text).value();
}

std::uint64_t checksum(const Revision& r) {
  Sum sum(7);
  sum.add(r.number).add(static_cast<std::uint64_t>(r.result)).add(r.started).add(r.finished);
  sum.add(r.by.user).add(r.by.host).add(r.by.command).add(static_cast<std::uint64_t>(r.by.process));
  sum.add(r.stack).add(r.commit).add(r.before.value).add(r.after.value).add(r.plan).add(r.params);
  for (const auto& source : r.sources) {
    sum.add(source.path).add(source.hash).add(source.executable).add(source.symlink).add(source.kept).add(source.size);
  }
  return sum.value();
}

std::uint64_t checksum_of_head(const std::string& lineage, const std::string& stack, Serial serial) {
  return Sum(5).add(lineage).add(stack).add(serial.value).value();
}

}  // namespace infra
