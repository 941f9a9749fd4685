#include <fmt/format.h>

#include "providers/aws/aws_existing.h"
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
    if (asked.is_null()) {
      // Nobody asks for it, and it can be put right or is nothing.
      const bool usual = !seen.fixed.find(name) || text_of(value).empty() || value == Value(false);
      if (wanted.map() != nullptr && usual) out.erase(name);
      continue;
    }
    const bool zone = name == "zone" && region + text_of(asked) == text_of(value);
    if (auto held = zone ? std::optional(asked) : as_asked(asked, value)) out.set(name, *std::move(held));
  }
  return out;
}

Error not_importable(const std::string& type) {
  return {.code = "E0714",
          .message = fmt::format("a {} of AWS can't be imported", type),
          .help = "let the stack make its own, or import the object that it belongs to"};
}

Result<Ok> is_here(const Identity& identity, const std::string& arn, const std::string& platform) {
  const auto parts = parse_arn(arn);
  const bool account = parts.account.empty() || parts.account == identity.account;
  const bool region = parts.region.empty() || parts.region == identity.region;
  if (account && region) return Ok();
  return Error{.code = "E0714",
               .message = fmt::format("{} isn't in account {}, region {}, which the platform `{}` is", arn,
                                      identity.account, identity.region, platform),
               .help = "name one that is, or use a platform `aws` with that account and region"};
}

}  // namespace

Result<std::optional<FoundObject>> AwsProvider::read(const std::string& type, const std::string& id,
                                                     const Value& wanted) {
  const auto* row = find_type(type);
  if (row != nullptr && row->existing && wanted[kAsExisting] == Value(true)) {
    auto seen = row->existing(account_, id);
    if (!seen) return std::move(seen).error();
    if (!*seen) return std::optional<FoundObject>();
    return std::optional(FoundObject{.object = {.type = type, .id = (*seen)->id, .outputs = (*seen)->outputs}});
  }
  if (row == nullptr || !row->find) return not_importable(type);
  auto arn = id.starts_with("arn:") ? Result<std::string>(id) : row->find(account_, id);
  if (!arn) return std::move(arn).error();
  if (arn->empty()) return std::optional<FoundObject>();
  if (auto here = is_here(account_.identity, *arn, context_.platform.name); !here) return std::move(here).error();
  auto seen = row->look(account_, {.id = *arn, .inputs = wanted});
  if (!seen) return std::move(seen).error();
  if (!*seen || (*seen)->state == State::gone) return std::optional<FoundObject>();
  if (wanted[kAsExisting] == Value(true) && row->surroundings) {
    if (auto more = row->surroundings(account_, **seen); !more) return std::move(more).error();
  }
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
