#include "providers/aws/types/network/ec2.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace infra::aws {

namespace {

Map ec2_filter(const std::string& name, List values) { return params({{"Name", name}, {"Value", std::move(values)}}); }

Objects describe_ec2(Account& account, const Ec2Things& things, List filters,
                     const std::function<void(const Value&, Seen&)>& read) {
  auto request = params({{"Filter", std::move(filters)}});
  const auto answer =
      things.pages ? account.client.list("ec2", things.operation, request, {"NextToken", "nextToken", things.set})
                   : account.client.call("ec2", things.operation, Value(request));
  if (!answer) return answer.error();
  std::vector<Seen> out;
  for (const auto& item : things.pages ? items_of(answer.value()) : items_of(answer[things.set])) {
    const auto id = text_of(item[things.id]);
    Seen seen{.id = account.identity.arn_of("ec2", fmt::format("{}/{}", things.resource, id)),
              .tags = read_tags(item["tagSet"])};
    seen.outputs.set("id", id);
    read(item, seen);
    if (seen.state != State::gone) out.push_back(std::move(seen));
  }
  return out;
}

}  // namespace

void seen_by_ec2(Type& type, Ec2Things things, const std::function<void(const Value& item, Seen& seen)>& read) {
  const auto name = type.schema.name;
  type.list = [=](Account& account, const std::vector<Known>&) {
    return describe_ec2(
        account, things,
        {ec2_filter("tag:infra.lineage", {account.owner.lineage}), ec2_filter("tag:infra.type", {name})}, read);
  };
  type.look = [=](Account& account, const Known& known) -> Result<std::optional<Seen>> {
    auto found = describe_ec2(account, things, {ec2_filter(things.filter, {last_part(known.id)})}, read);
    if (!found) return std::move(found).error();
    return found->empty() ? std::optional<Seen>() : std::optional(std::move(found->front()));
  };
  // "vpc-0a1b" is an id; any other word is a tag Name, which is how the console calls things.
  type.find = [=](Account& account, const std::string& given) -> Result<std::string> {
    auto by_id = describe_ec2(account, things, {ec2_filter(things.filter, {given})}, read);
    if (!by_id) return std::move(by_id).error();
    if (by_id->empty()) by_id = describe_ec2(account, things, {ec2_filter("tag:Name", {given})}, read);
    if (!by_id) return std::move(by_id).error();
    if (by_id->size() > 1) {
      std::vector<std::string> ids;
      for (const auto& one : *by_id) ids.push_back(last_part(one.id));
      std::sort(ids.begin(), ids.end());
      return Error{.code = "E0714",
                   .message = fmt::format("{} objects of type {} are called `{}`: {}", ids.size(), things.resource,
                                          given, fmt::join(ids, ", ")),
                   .help = fmt::format("say which one by its id, such as {}", ids.front())};
    }
    return by_id->empty() ? std::string() : by_id->front().id;
  };
  type.tag = [](Account& account, const std::string& id, const Tags& tags) {
    return done(account.client.call("ec2", "CreateTags",
                                    params({{"ResourceId", List{last_part(id)}}, {"Tag", tag_list(tags)}})));
  };
}

Result<Ok> done(const Reply& reply) { return reply ? Result<Ok>(Ok()) : Result<Ok>(reply.error()); }

Result<Ok> gone(const Reply& reply) {
  return reply || reply.fault().not_found() ? Result<Ok>(Ok()) : Result<Ok>(reply.error());
}

Result<Ok> delete_ec2(const Call& call, const char* operation, const char* parameter,
                      std::chrono::milliseconds patience) {
  using namespace std::chrono_literals;
  return gone(call.insist(
      [&] {
        return call.ec2(operation, params({{parameter, last_part(call.id)}}));
      },
      [](const Fault& fault) {
        return fault.is({"DependencyViolation", "InvalidGroup.InUse"});
      },
      5s, patience));
}

Attribute fixed(std::string name, infra::Type type, std::string doc) {
  return {.name = std::move(name),
          .type = std::move(type),
          .doc = std::move(doc),
          .required = true,
          .change = OnChange::replace};
}

Attribute exclusive(Attribute attribute, std::string in) {
  attribute.exclusive_in = std::move(in);
  return attribute;
}

Attribute fixed_optional(std::string name, const infra::Type& type, std::string doc) {
  return {.name = std::move(name), .type = type.opt(), .doc = std::move(doc), .change = OnChange::replace};
}

Attribute changeable(std::string name, const infra::Type& type, std::string doc) {
  return {.name = std::move(name), .type = type.opt(), .doc = std::move(doc)};
}

Attribute output(std::string name, std::string doc) {
  return {.name = std::move(name),
          .type = types::string(),
          .doc = std::move(doc),
          .computed = true,
          .change = OnChange::replace};
}

Attribute labels_attribute() {
  return {
      .name = "labels", .type = types::map(types::string()).opt(), .doc = "Tags beside those by which it is known."};
}

}  // namespace infra::aws
