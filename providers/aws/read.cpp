#include <fmt/format.h>

#include "providers/aws/account_guard.h"
#include "providers/aws/aws_provider.h"
#include "providers/aws/drift.h"

namespace infra::aws {

namespace {

// What is read, in the words of who asks: what was asked for in another form, and holds, is as asked.
Map inputs_as_asked(const Seen& seen, const Value& wanted, const std::string& region) {
  Map out = seen.fixed;
  for (const auto& [name, value] : seen.live) out.set(name, value);
  for (const auto& [name, value] : Map(out)) {
    const auto& asked = wanted[name];
    const bool zone = name == "zone" && !asked.is_null() && region + text_of(asked) == text_of(value);
    if (!asked.is_null() && asked.known() && (zone || holds(asked, value))) out.set(name, asked);
    if (asked.is_null() && wanted.map() != nullptr && !seen.fixed.find(name)) out.erase(name);  // nobody asks for it
  }
  return out;
}

Error not_importable(const std::string& type) {
  return {.code = "E0714",
          .message = fmt::format("a {} of AWS can't be imported", type),
          .help = "let the stack make its own, or import the object that it belongs to"};
}

}  // namespace

Result<std::optional<FoundObject>> AwsProvider::read(const std::string& type, const std::string& id,
                                                     const Value& wanted) {
  const auto* row = find_type(type);
  if (row == nullptr || !row->find) return not_importable(type);
  auto arn = id.starts_with("arn:") ? Result<std::string>(id) : row->find(account_, id);
  if (!arn) return std::move(arn).error();
  if (arn->empty()) return std::optional<FoundObject>();
  if (auto here = check_account(account_.identity, {{.address = {}, .type = type, .id = *arn, .recorded_inputs = {}}},
                                context_.platform.name);
      !here) {
    return std::move(here).error();
  }
  auto seen = row->look(account_, {.id = *arn, .inputs = wanted});
  if (!seen) return std::move(seen).error();
  if (!*seen || (*seen)->state == State::gone) return std::optional<FoundObject>();
  const auto mark = mark_of((*seen)->tags);
  FoundObject out{.object = {.type = type,
                             .id = (*seen)->id,
                             .spec_hash = mark ? mark->spec : "",
                             .health = health_of(**seen),
                             .outputs = (*seen)->outputs},
                  .inputs = inputs_as_asked(**seen, wanted, account_.identity.region)};
  if (mark) out.owner = {.stack = mark->stack, .lineage = mark->lineage};
  return std::optional(std::move(out));
}

}  // namespace infra::aws
