#include <fmt/format.h>

#include "base/text/wildcard.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"

namespace infra::checks {
namespace {

struct Rule {
  std::string path;  // "lifecycle.rule.0"
  const Value* config = nullptr;
  bool untagged = false;
  const std::string* tags = nullptr;  // a pattern; nullptr: images with any tag, or none
  bool known = true;
};

Rule read(const Value& rule, std::string path) {
  Rule out{.path = std::move(path), .config = &rule, .tags = rule["tags"].string()};
  const auto* untagged = rule["untagged"].boolean();
  out.untagged = untagged != nullptr && *untagged;
  out.known = untagged != nullptr && (out.tags != nullptr || rule["tags"].is_null());
  return out;
}

// ECR: an image that a rule has claimed is untouchable for those after it.
bool hides(const Rule& earlier, const Rule& later) {
  if (!earlier.untagged && earlier.tags == nullptr) return true;  // any image
  if (earlier.untagged) return later.untagged;
  return later.tags != nullptr && !later.untagged && covers(*earlier.tags, *later.tags);
}

bool is_tag_pattern(std::string_view pattern) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-*";
  return !pattern.empty() && pattern.size() <= 128 && pattern.find_first_not_of(kLetters) == std::string_view::npos &&
         pattern.front() != '.' && pattern.front() != '-';
}

class Lifecycle {
 public:
  Lifecycle(const Resource& repository, Diagnostics& diagnostics)
      : repository_(repository), diagnostics_(diagnostics) {}

  void check() {
    const auto& lifecycle = repository_.config["lifecycle"];
    const auto* rules = lifecycle["rule"].list();
    if (rules == nullptr) {
      if (lifecycle.map() != nullptr && lifecycle["keep_tagged"].is_null() && lifecycle["expire_untagged"].is_null()) {
        never(repository_.place("lifecycle"), fmt::format("the lifecycle of {} says nothing", named(repository_)),
              "empty", "write for example keep_tagged = 30, or leave the block out");
      }
      return;
    }
    both_forms();
    std::vector<Rule> before;
    for (std::size_t i = 0; i < rules->size(); ++i) {
      auto rule = read((*rules)[i], fmt::format("lifecycle.rule.{}", i));
      if (!alone(rule) || !rule.known) continue;
      for (const auto& earlier : before) {
        if (hides(earlier, rule)) {
          hidden(earlier, rule);
          break;
        }
      }
      before.push_back(std::move(rule));
    }
  }

 private:
  void never(Span place, std::string message, std::string label, std::string help, std::vector<Label> why = {}) {
    diagnostics_.error("E0414", place, std::move(message), std::move(label), std::move(help)).secondary =
        std::move(why);
  }

  // The rule that says what the short form says.
  [[nodiscard]] std::string as_rule(std::string_view form) const {
    const auto amount = to_source(repository_.config["lifecycle"][form]);
    return form == "keep_tagged" ? fmt::format("rule {{ tags = \"*\"; keep = {} }}", amount)
                                 : fmt::format("rule {{ untagged = true; older_than = {} }}", amount);
  }

  void both_forms() {
    for (const auto* form : {"keep_tagged", "expire_untagged"}) {
      const auto at = repository_.written(fmt::format("lifecycle.{}", form));
      if (!at) continue;
      diagnostics_
          .error("E0415", *at,
                 fmt::format("the lifecycle of {} has rules and `{}`, two forms of the same", named(repository_), form),
                 "the short form", fmt::format("write it as a rule too: {}", as_rule(form)))
          .secondary.push_back({repository_.place("lifecycle.rule.0"), "the long form"});
    }
  }

  // Can the rule match and do something, whatever stands before it?
  bool alone(const Rule& rule) {
    const auto place = [&](const char* name) { return repository_.place(fmt::format("{}.{}", rule.path, name)); };
    if (rule.untagged && rule.tags != nullptr) {
      never(place("tags"), fmt::format("a lifecycle rule of {} can never match", named(repository_)),
            "an image with this tag is not untagged", "leave out one of the two",
            {{place("untagged"), "untagged only"}});
      return false;
    }
    if (rule.tags != nullptr && !is_tag_pattern(*rule.tags)) {
      never(place("tags"), fmt::format("a lifecycle rule of {} can never match", named(repository_)),
            "no tag looks like this", "tags have letters, digits, `_`, `.` and `-`; * stands for anything");
      return false;
    }
    const auto& keep = (*rule.config)["keep"];
    const auto& older = (*rule.config)["older_than"];
    if (keep.is_null() && older.is_null()) {
      never(repository_.place(rule.path),
            fmt::format("a lifecycle rule of {} never deletes anything", named(repository_)),
            "says neither how many nor how old", "add `keep = 30` or `older_than = 7d`");
      return false;
    }
    if (!keep.is_null() && !older.is_null()) {
      diagnostics_
          .error("E0415", place("older_than"),
                 fmt::format("a lifecycle rule of {} counts images and days", named(repository_)),
                 "a rule has one of the two", "make two rules of it, for different tags")
          .secondary.push_back({place("keep"), "the other one"});
      return false;
    }
    return true;
  }

  void hidden(const Rule& earlier, const Rule& later) {
    const bool any = !earlier.untagged && earlier.tags == nullptr;
    const auto at = later.tags != nullptr ? repository_.place(later.path + ".tags")
                    : later.untagged      ? repository_.place(later.path + ".untagged")
                                          : repository_.place(later.path);
    const auto by =
        earlier.tags != nullptr ? repository_.place(earlier.path + ".tags") : repository_.place(earlier.path);
    never(at, fmt::format("a lifecycle rule of {} can never match: an earlier one hides it", named(repository_)),
          "every image of this rule is claimed before",
          any ? "a rule for all images comes last" : "write the narrower rule first, or leave one out",
          {{by, any ? "takes all images" : "takes them first"}});
  }

  const Resource& repository_;
  Diagnostics& diagnostics_;
};

}  // namespace

void lifecycles(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& resource : input.graph.resources) {
    if (resource.address.kind == "repository") Lifecycle(resource, diagnostics).check();
  }
}

}  // namespace infra::checks
