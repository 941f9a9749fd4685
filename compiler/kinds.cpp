#include "compiler/kinds.h"

#include <algorithm>

#include "compiler/kinds/kinds_of.h"

namespace infra {

const std::vector<Kind>& all_kinds() {
  static const std::vector<Kind> kAll = {
      kinds::aws(),      kinds::cluster(),    kinds::eks(),      kinds::env(),           kinds::image(),
      kinds::job(),      kinds::kubernetes(), kinds::listener(), kinds::load_balancer(), kinds::nodes(),
      kinds::registry(), kinds::repository(), kinds::secret(),   kinds::service(),       kinds::simulator(),
      kinds::subnet(),   kinds::task(),       kinds::vpc(),
  };
  return kAll;
}

const Kind* find_kind(std::string_view name) {
  const auto& all = all_kinds();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Kind& k) { return k.schema->name == name; });
  return at != all.end() ? &*at : nullptr;
}

bool is_named_for_platform(const Block& block) {
  const auto* kind = find_kind(block.name);
  return kind != nullptr && kind->role == KindRole::platform;
}

const Kind& module_kind() {
  static const Kind kModule = {
      .role = KindRole::module,
      .schema = kinds::make({.name = "module", .doc = "Another stack's folder as one block."})};
  return kModule;
}

const Schema& common_options() {
  using namespace types;
  static const Schema kOptions = {
      .name = "options",
      .doc = "What every resource takes beside its own attributes.",
      .attributes =
          {
              {.name = "name",
               .type = kinds::given_name().opt(),
               .doc = "Its name on the platform; default: from the stack's and its own name.",
               .change = OnChange::replace},
              {.name = "labels",
               .type = map(string()),
               .doc = "Labels (tags) on the platform.",
               .fallback = Value(Map())},
              {.name = "protect",
               .type = boolean(),
               .doc = "Refuse what would remove it, its data or its address; rollouts go on. Kept in the state.",
               .fallback = false},
              {.name = "keep",
               .type = boolean(),
               .doc = "When its declaration goes, forget it instead of destroying it.",
               .fallback = false},
              {.name = "replace",
               .type = one_of({"create_first", "destroy_first"}).opt(),
               .doc = "In which order a replacement goes."},
              {.name = "ignore",
               .type = list(string()),
               .doc = "Attributes that something else owns, such as an autoscaler's [desired]: a change of one here "
                      "changes nothing; what is recorded stays.",
               .fallback = Value(List())},
              {.name = "import",
               .type = string().opt(),
               .doc =
                   "The id or name of an existing object to take over instead of making one; says nothing once it is "
                   "recorded."},
              {.name = "moved_from",
               .type = ref("").opt(),
               .doc = "The address that it had before: its objects are kept, and only the record moves. May stay "
                      "here, or go once every state has been applied."},
          },
  };
  return kOptions;
}

const Schema& tie_options() {
  using namespace types;
  static const Schema kTies = {
      .name = "options",
      .doc = "How a resource is tied to others.",
      .attributes =
          {
              {.name = "platform",
               .type = ref("platform").opt(),
               .doc = "Where it runs; default: the platform of what it is in or belongs to, else the stack's.",
               .change = OnChange::replace},
              {.name = "depends_on",
               .type = list(ref("")),
               .doc = "What must be there before it, beside what it refers to anyway.",
               .fallback = Value(List())},
          },
  };
  return kTies;
}

}  // namespace infra
