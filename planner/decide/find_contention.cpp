// Two objects that a platform can't have at a time: one goes in this plan, and the other one comes.
#include <algorithm>
#include <map>
#include <tuple>

#include "base/text/units.h"
#include "planner/decide/known_outputs.h"
#include "planner/draft.h"

namespace infra {
namespace {

// A range of addresses, whichever way a type writes it.
std::optional<Cidr> range_of(const Value& value) {
  if (const auto* cidr = value.get<Cidr>()) return *cidr;
  const auto* text = value.string();
  return text != nullptr ? parse_cidr(*text) : std::nullopt;
}

bool is_plain(const Value& value) { return !value.is_null() && value.known(); }

class FindingContention {
 public:
  explicit FindingContention(Draft& draft) : draft_(draft) {}

  void run() {
    for (std::size_t slot = 0; slot < draft_.current.size(); ++slot) note_current(slot);
    for (std::size_t i = 0; i < draft_.beside.size(); ++i) {
      const auto& item = draft_.beside[i];
      if (item.row != nullptr && item.change.action == Action::destroy) note(*item.row, {item.slot, i});
    }
    if (!held_.empty()) sort_held();
    for (std::size_t slot = 0; slot < draft_.current.size() && !held_.empty(); ++slot) look_at(slot);
    auto& found = draft_.contentions;
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
  }

 private:
  // Platform, type, attribute, and the value of what it is exclusive in.
  using Space = std::tuple<std::string, std::string, std::string, std::string>;
  struct Held {
    std::optional<Cidr> range;
    std::string value;  // as a source writes it
    Draft::Holder holder;
  };

  void note_current(std::size_t slot) {
    const auto& entry = draft_.current[slot];
    const bool goes = entry.change.action == Action::destroy || entry.change.action == Action::replace;
    const auto* row = draft_.slots.all[slot].row;
    if (entry.planned && goes && row != nullptr) note(*row, {slot});
  }

  void note(const RecordedResource& row, Draft::Holder holder) {
    const auto* schema = draft_.schema(row.platform, row.type);
    if (schema == nullptr || !has_exclusive(*schema)) return;
    const auto inputs = decode_record(row.inputs, row.address, draft_.diagnostics);
    each_claim(row.platform, *schema, inputs, [&](Space space, const Value& value) {
      held_[std::move(space)].push_back({range_of(value), to_source(value), holder});
    });
  }

  static bool has_exclusive(const Schema& schema) {
    return std::any_of(schema.attributes.begin(), schema.attributes.end(),
                       [](const Attribute& a) { return a.exclusive_in.has_value(); });
  }

  template <class Visit>
  static void each_claim(const std::string& platform, const Schema& schema, const Value& inputs, Visit visit) {
    for (const auto& attribute : schema.attributes) {
      if (!attribute.exclusive_in || !is_plain(inputs[attribute.name])) continue;
      const bool everywhere = attribute.exclusive_in->empty();
      const auto within = everywhere ? Value("") : inputs[*attribute.exclusive_in];
      if (!is_plain(within)) continue;  // nothing is in what isn't there yet
      visit(Space{platform, schema.name, attribute.name, to_source(within)}, inputs[attribute.name]);
    }
  }

  // Ranges of one space don't overlap, so those that a new one meets stand side by side.
  void sort_held() {
    for (auto& [space, all] : held_) {
      std::sort(all.begin(), all.end(), [](const Held& a, const Held& b) {
        if (a.range.has_value() != b.range.has_value()) return b.range.has_value();
        return a.range ? a.range->base < b.range->base : a.value < b.value;
      });
    }
  }

  void look_at(std::size_t slot) {
    const auto& entry = draft_.current[slot];
    const auto* want = draft_.slots.all[slot].want;
    const bool comes = entry.change.action == Action::create || entry.change.action == Action::replace;
    if (!entry.planned || !comes || want == nullptr) return;
    const auto* schema = draft_.schema(want->platform, want->type);
    if (schema == nullptr || !has_exclusive(*schema)) return;
    each_claim(want->platform, *schema, entry.change.after, [&](const Space& space, const Value& value) {
      if (const auto at = held_.find(space); at != held_.end()) meet(slot, value, at->second);
    });
  }

  void meet(std::size_t slot, const Value& value, const std::vector<Held>& held) {
    const auto range = range_of(value);
    const auto text = to_source(value);
    const auto first = std::partition_point(held.begin(), held.end(), [&](const Held& h) {
      if (h.range.has_value() != range.has_value()) return !h.range.has_value();
      return range ? h.range->base < range->base && !overlaps(*h.range, *range) : h.value < text;
    });
    for (auto at = first; at != held.end() && at->range.has_value() == range.has_value(); ++at) {
      if (range ? !overlaps(*at->range, *range) : at->value != text) break;
      // A replacement of its own is in order already.
      if (at->holder != Draft::Holder{slot}) draft_.contentions.push_back({slot, at->holder});
    }
  }

  Draft& draft_;
  std::map<Space, std::vector<Held>> held_;
};

}  // namespace

void find_contention(Draft& draft) { FindingContention(draft).run(); }

}  // namespace infra
