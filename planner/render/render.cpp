// A plan for people: a tree by kind and address, only what changes.
#include "planner/render/render.h"

#include <fmt/format.h>

#include <algorithm>

#include "planner/decide/reasons.h"
#include "planner/render/deployment_text.h"
#include "planner/render/owner_text.h"
#include "planner/render/plural.h"
#include "planner/render/style.h"
#include "planner/render/terminal_text.h"

namespace infra {
namespace {

constexpr std::size_t kMostAttributes = 12;  // below a declaration; --detail shows all
constexpr std::size_t kMostReasons = 3;
constexpr std::size_t kNarrowest = 40;

class Tree {
 public:
  Tree(const Plan& plan, const PlanStyle& style)
      : plan_(plan),
        style_(style),
        paint_(style.colour),
        width_(std::max(kNarrowest, static_cast<std::size_t>(std::max(style.width, 0)))) {}

  std::string render() {
    for (const auto& owner : plan_.owners) {
      if (owner.action != Action::no_op || owner.moved_from || !owner.imported.empty()) add_owner(owner);
    }
    add_notes();
    add_outputs();
    add_summary();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string symbol(Action action, bool create_first) const {
    switch (action) {
      case Action::create:
        return "  " + paint_.green("+");
      case Action::update:
        return "  " + paint_.yellow("~");
      case Action::replace:
        return create_first ? paint_.green("+") + "/" + paint_.red("-") : paint_.red("-") + "/" + paint_.green("+");
      case Action::destroy:
        return "  " + paint_.red("-");
      case Action::forget:
        return "  " + paint_.dim(".");
      case Action::adopt:
        return "  " + paint_.green("=");
      case Action::no_op:  // what is shown and doesn't change has moved
        return "  " + paint_.green(">");
    }
    return "   ";
  }

  [[nodiscard]] std::string drift_mark(bool drift) const {
    return drift ? "  " + paint_.yellow("! drift") : std::string();
  }

  // What the file says about it: its first line, all of it with --detail.
  void add_doc(std::string_view doc) {
    while (!doc.empty()) {
      const auto line = doc.substr(0, doc.find('\n'));
      out_ += "      " + paint_.dim("/// " + cut_text(std::string(line), width_ > 10 ? width_ - 10 : width_)) + "\n";
      if (!style_.detail || line.size() == doc.size()) return;
      doc.remove_prefix(line.size() + 1);
    }
  }

  void add_owner(const OwnerChange& owner) {
    if (owner.address.kind != kind_) {
      if (!kind_.empty()) out_ += '\n';
      kind_ = owner.address.kind;
      out_ += paint_.bold(kind_) + "\n";
    }
    const bool only_imported = owner.action == Action::no_op && !owner.imported.empty();
    out_ += fmt::format("{} {}{}", symbol(only_imported ? Action::adopt : owner.action, creates_first(owner)),
                        paint_.bold(owner.address.path), drift_mark(owner.drift));
    for (const auto& id : owner.imported) out_ += "  " + paint_.dim(fmt::format("imported: {}", cut_text(id, 13)));
    if (owner.moved_from) out_ += "  " + paint_.dim(fmt::format("was {}", owner.moved_from->text()));
    if (const auto note = parts_note(plan_, owner); !note.empty()) out_ += "  " + paint_.dim(note);
    out_ += '\n';
    add_doc(owner.doc);
    add_deployments(owner);
    if (style_.detail) {
      for (const auto index : owner.changes) add_part(plan_.changes[index]);
      return;
    }
    add_attributes(common_attributes(plan_, owner), owner.action, 6);
    add_reasons(telling_reasons(plan_, owner), 6);
  }

  void add_notes() {
    if (plan_.noted.empty()) return;
    if (!kind_.empty()) out_ += '\n';
    for (const auto& note : plan_.noted) out_ += fmt::format("  {} {}\n", paint_.yellow("~"), note);
    kind_ = "note";
  }

  [[nodiscard]] bool creates_first(const OwnerChange& owner) const {
    return std::all_of(owner.changes.begin(), owner.changes.end(), [&](std::size_t index) {
      const auto& change = plan_.changes[index];
      const bool comes = change.action == Action::replace || change.action == Action::create;
      return !comes || change.create_first;
    });
  }

  // How its tasks come and go.
  void add_deployments(const OwnerChange& owner) {
    for (const auto index : owner.changes) {
      const auto& change = plan_.changes[index];
      if (!change.deployment || change.action == Action::no_op) continue;
      const auto& deployment = plan_.deployments[*change.deployment];
      out_ += "      " + deployment_text(deployment, change) + "\n";
      if (!style_.detail) continue;
      for (const auto& line : deployment_details(deployment)) out_ += "        " + paint_.dim(line) + "\n";
    }
  }

  void add_part(const Change& change) {
    if (change.action == Action::no_op) return;
    out_ += fmt::format("    {} {}  {}{}\n", symbol(change.action, change.create_first), change.address.part,
                        paint_.dim(part_note(change)), drift_mark(change.drift));
    std::vector<CommonAttribute> attributes;
    for (const auto& attribute : change.attributes) attributes.push_back({attribute});
    add_attributes(attributes, change.action, 10);
    add_reasons(telling_reasons(plan_, change), 10);
  }

  [[nodiscard]] static std::string part_note(const Change& change) {
    auto out = fmt::format("{}{} on {}", change.deposed ? "old " : "", change.type, change.platform);
    return change.id.empty() ? out : fmt::format("{}, {}", out, cut_text(change.id, 13));
  }

  void add_attributes(const std::vector<CommonAttribute>& attributes, Action action, std::size_t indent) {
    const auto shown = style_.detail ? attributes.size() : std::min(attributes.size(), kMostAttributes);
    std::size_t longest = 0;
    for (std::size_t i = 0; i < shown; ++i) longest = std::max(longest, text_width(attributes[i].change.path));
    longest = std::min(longest, width_ / 3);
    for (std::size_t i = 0; i < shown; ++i) {
      const auto& path = attributes[i].change.path;
      const auto used = std::max(longest, text_width(path));
      const auto room = width_ > indent + used + 2 ? width_ - indent - used - 2 : std::size_t{0};
      out_ += fmt::format("{}{}:{} {}\n", std::string(indent, ' '), path, std::string(used - text_width(path), ' '),
                          values(attributes[i], action, std::max<std::size_t>(room, 16)));
    }
    if (shown < attributes.size()) {
      const auto more = fmt::format("… and {} more (--detail)", attributes.size() - shown);
      out_ += std::string(indent, ' ') + paint_.dim(more) + "\n";
    }
  }

  [[nodiscard]] std::string values(const CommonAttribute& attribute, Action action, std::size_t room) const {
    constexpr std::string_view kSeveral = "(differs)";
    const auto& change = attribute.change;
    const auto after = attribute.several_after ? std::string(kSeveral) : value_text(change.after);
    if (action == Action::create) return paint_.green(cut_text(after, room));
    const auto before = attribute.several_before ? std::string(kSeveral) : value_text(change.before);
    return both(change.before.is_null() ? "(not set)" : before, change.after.is_null() ? "(not set)" : after, room);
  }

  // The shorter side leaves its room to the longer one.
  [[nodiscard]] std::string both(const std::string& before, const std::string& after, std::size_t room) const {
    const auto half = (room - 3) / 2;
    const auto left = std::max(half, room - 3 - std::min(room - 3, text_width(after)));
    const auto shown = cut_text(before, left);
    return fmt::format("{} → {}", paint_.red(shown), paint_.green(cut_text(after, room - 3 - text_width(shown))));
  }

  void add_reasons(const std::vector<std::string>& reasons, std::size_t indent) {
    const auto shown = style_.detail ? reasons.size() : std::min(reasons.size(), kMostReasons);
    for (std::size_t i = 0; i < shown; ++i) out_ += std::string(indent, ' ') + paint_.dim(reasons[i]) + "\n";
    if (shown == reasons.size()) return;
    out_ +=
        std::string(indent, ' ') + paint_.dim(fmt::format("… and {} more (--detail)", reasons.size() - shown)) + "\n";
  }

  void add_outputs() {
    if (plan_.outputs.empty()) return;
    if (!out_.empty()) out_ += '\n';
    out_ += paint_.bold("outputs") + "\n";
    for (const auto& output : plan_.outputs) out_ += output_line(output);
  }

  [[nodiscard]] std::string output_line(const OutputChange& output) const {
    auto text = [&](const Value& value) { return output.secret ? std::string("***") : value_text(value); };
    const bool is_new = output.before.is_null();
    const bool ends = output.after.is_null();
    const auto action = is_new ? Action::create : ends ? Action::destroy : Action::update;
    const auto used = 4 + text_width(output.name) + 2;
    const auto room = width_ > used + 16 ? width_ - used : std::size_t{16};
    std::string shown;
    if (is_new) {
      shown = paint_.green(cut_text(text(output.after), room));
    } else if (ends) {
      shown = paint_.red(cut_text(text(output.before), room));
    } else {
      shown = both(text(output.before), text(output.after), room);
    }
    return fmt::format("{} {}: {}\n", symbol(action, false), output.name, shown);
  }

  [[nodiscard]] std::size_t count(Action action) const {
    return static_cast<std::size_t>(std::count_if(plan_.owners.begin(), plan_.owners.end(),
                                                  [&](const OwnerChange& o) { return o.action == action; }));
  }

  [[nodiscard]] std::size_t count_moved() const {
    return static_cast<std::size_t>(std::count_if(plan_.owners.begin(), plan_.owners.end(),
                                                  [](const OwnerChange& o) { return o.moved_from.has_value(); }));
  }

  void add_summary() {
    if (!out_.empty()) out_ += '\n';
    if (plan_.empty()) {
      out_ += nothing_to_do() + "\n";
      add_left_out();
      add_later();
      return;
    }
    out_ += counts() + "\n";
    add_drift();
    add_billed();
    if (plan_.refresh_only) {
      out_ += paint_.dim("Refresh only: the record takes over what was found, and nothing outside changes.") + "\n";
    }
    if (!plan_.targets.empty()) {
      const bool one = plan_.targets.size() == 1;
      const auto what = plan_.destroy ? (one ? "what needs it" : "what needs them")
                        : one         ? "what it needs"
                                      : "what they need";
      out_ += paint_.dim(fmt::format("Limited to {} and {}.", fmt::join(plan_.targets, ", "), what)) + "\n";
    }
    add_left_out();
    add_later();
  }

  // Marked, since such things cost while nothing uses them.
  void add_billed() {
    std::vector<std::string> come, go;
    for (const auto& one : plan_.billed) {
      if (one.comes > one.goes)
        come.push_back(fmt::format("+{} {}", one.comes - one.goes, plural(one.name, one.comes - one.goes)));
      if (one.goes > one.comes)
        go.push_back(fmt::format("-{} {}", one.goes - one.comes, plural(one.name, one.goes - one.comes)));
    }
    come.insert(come.end(), go.begin(), go.end());
    if (!come.empty()) out_ += fmt::format("Billed by the hour: {}.\n", fmt::join(come, ", "));
  }

  void add_later() {
    for (const auto& stage : plan_.later) {
      std::vector<std::string> names, known, there;
      for (const auto& owner : stage.owners) names.push_back(owner.text());
      for (const auto& ref : stage.waits_for) {
        if (ref.attribute.empty()) {
          there.push_back(ref.address.text());
        } else {
          known.push_back(fmt::format("{}.{}", ref.address.text(), ref.attribute));
        }
      }
      std::string when;
      if (!known.empty()) when += fmt::format("{} {} known", name_list(known), known.size() == 1 ? "is" : "are");
      if (!there.empty()) {
        when += fmt::format("{}{} {} there", when.empty() ? "" : ", and ", name_list(there),
                            there.size() == 1 ? "is" : "are");
      }
      const bool one = names.size() == 1;
      const auto count = stage.behind.size();
      const auto behind =
          count == 0 ? std::string()
                     : fmt::format(", and {} that need{} {},", count, count == 1 ? "s" : "", one ? "it" : "them");
      out_ += fmt::format("Stage {}: {} resource{} on platform `{}` ({}){} {} planned once {}.\n", stage.number,
                          names.size(), one ? "" : "s", stage.platform, name_list(names), behind,
                          one && count == 0 ? "is" : "are", when);
    }
  }

  // What was named, then what follows from it and why.
  void add_left_out() {
    std::vector<std::string> named, others;
    for (const auto& [owner, because_of] : plan_.left_out) {
      if (owner == because_of) {
        named.push_back(owner.text());
      } else {
        others.push_back(fmt::format("{} ({})", owner.text(), because_of.text()));
      }
    }
    if (named.empty()) return;
    out_ += paint_.dim(fmt::format("Left out: {}.", fmt::join(named, ", "))) + "\n";
    if (others.empty()) return;
    out_ +=
        paint_.dim(fmt::format("Left out with {}: {}.", named.size() == 1 ? "it" : "them", fmt::join(others, ", "))) +
        "\n";
  }

  [[nodiscard]] std::string nothing_to_do() const {
    const auto total = count(Action::no_op);
    if (plan_.refresh_only) return fmt::format("{} The record says what was found.", paint_.bold("No changes."));
    if (plan_.destroy) return "No changes. There is nothing to destroy.";
    if (total == 0) return "No changes. Nothing is declared.";
    return fmt::format("{} {} resource{} as declared.", paint_.bold("No changes."), total,
                       total == 1 ? " is" : "s are");
  }

  [[nodiscard]] std::string counts() const {
    std::vector<std::string> parts;
    auto add = [&](Action action, std::string_view verb, const std::string& painted) {
      if (count(action) > 0) parts.push_back(painted.empty() ? fmt::format("{} to {}", count(action), verb) : painted);
    };
    add(Action::create, "create", paint_.green(fmt::format("{} to create", count(Action::create))));
    add(Action::adopt, "adopt", {});
    add(Action::update, "update", paint_.yellow(fmt::format("{} to update", count(Action::update))));
    add(Action::replace, "replace", paint_.red(fmt::format("{} to replace", count(Action::replace))));
    add(Action::destroy, "destroy", paint_.red(fmt::format("{} to destroy", count(Action::destroy))));
    add(Action::forget, "forget", {});
    const auto imported = std::count_if(plan_.owners.begin(), plan_.owners.end(),
                                        [](const OwnerChange& o) { return !o.imported.empty(); });
    if (imported > 0) parts.push_back(fmt::format("{} to import", imported));
    if (const auto moved = count_moved(); moved > 0) parts.push_back(fmt::format("{} to move", moved));
    if (parts.empty() && plan_.outputs.empty()) return fmt::format("{} no resource changes.", paint_.bold("Plan:"));
    if (parts.empty()) return fmt::format("{} no resource changes, only outputs.", paint_.bold("Plan:"));
    return fmt::format("{} {}.", paint_.bold("Plan:"), fmt::join(parts, ", "));
  }

  void add_drift() {
    const auto drifted = std::count_if(plan_.owners.begin(), plan_.owners.end(), [](const auto& o) { return o.drift; });
    if (drifted == 0) return;
    const auto text = drifted == 1 ? std::string("1 is drift: it was changed outside infra.")
                                   : fmt::format("{} are drift: they were changed outside infra.", drifted);
    out_ += paint_.yellow(text) + "\n";
  }

  const Plan& plan_;
  const PlanStyle& style_;
  Style paint_;
  std::size_t width_;
  std::string kind_;
  std::string out_;
};

}  // namespace

std::string render_plan(const Plan& plan, const PlanStyle& style) { return Tree(plan, style).render(); }

}  // namespace infra
