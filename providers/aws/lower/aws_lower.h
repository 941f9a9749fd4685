// Declarations to objects of AWS. One function a kind, in a file of its name; the table is in aws_lower.cpp. Pure.
#pragma once
#include <string>

#include "providers/engine/lowering.h"
#include "providers/provider.h"

namespace infra::aws {

using engine::Lowering;

bool serves(std::string_view kind);
Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics);

// Platform::recorded_attribute.
std::optional<Value> recorded_attribute(std::string_view kind, std::string_view attribute,
                                        const std::vector<RecordedPart>& parts);

Lowered lower_cluster(const Lowering& lowering);
Lowered lower_eks(const Lowering& lowering);
Lowered lower_image(const Lowering& lowering);
Lowered lower_job(const Lowering& lowering);
Lowered lower_listener(const Lowering& lowering);
Lowered lower_load_balancer(const Lowering& lowering);
Lowered lower_registry(const Lowering& lowering);
Lowered lower_repository(const Lowering& lowering);
Lowered lower_secret(const Lowering& lowering);
Lowered lower_service(const Lowering& lowering);
Lowered lower_subnet(const Lowering& lowering);
Lowered lower_task(const Lowering& lowering);
Lowered lower_vpc(const Lowering& lowering);

// What they share (aws_parts.cpp).

inline Map entries(std::initializer_list<Entry> list) { return Map(std::vector<Entry>(list)); }
inline constexpr std::int64_t kMebibyte = 1'048'576;
inline std::int64_t seconds_of(const Value& value) {
  const auto* time = value.get<Duration>();
  return time != nullptr ? time->ms / 1000 : 0;
}

// The output of a part of a declaration: part_of(*vpc, "vpc", "id").
Value part_of(const Resource& owner, std::string part, std::string output);
// What was read of something that exists; not known before it is read.
Value read_of(const Lowering& lowering, const Resource& existing, const char* output);
// The output of an owner's part, or the same as read of an owner that exists.
Value given_by(const Lowering& lowering, const Resource& owner, const char* part, const char* output);
// A part with the resource's labels; what has a name of its own makes room for its successor, the others stand beside
// it.
enum class Order { create_first, destroy_first };
LoweredResource make_part(const Lowering& lowering, std::string name, std::string type, Map inputs, Order order);
// What has been given a name makes room for its successor; else each has a name of its own.
inline Order order_of_named(const Value& name) { return name.is_null() ? Order::create_first : Order::destroy_first; }
// Its `name` as it stands, or STACK-PATH.
std::string name_for(const Lowering& lowering, const Resource& resource, std::size_t longest);

// What EC2 calls by a tag alone: its `name`, if it has been given one.
void set_name_tag(const Resource& resource, LoweredResource& part);

// The security group that lets in what comes from inside of a VPC (aws_vpc.cpp).
Map group_of_inside(Value vpc, const Value& cidrs);

// Subnets of a vpc, sorted by address.
std::vector<const Resource*> subnets_of(const Lowering& lowering, const Resource& vpc, bool is_public);
// The services and jobs that run a task.
std::vector<const Resource*> users_of(const Lowering& lowering, const Resource& task);
const Resource* cluster_of(const Lowering& lowering, const Resource& service);
// Of the first of its users that is in one, or nullptr.
const Resource* cluster_for_task(const Lowering& lowering, const Resource& task);
std::string network_mode(const Lowering& lowering, const Resource& task);
// The containers of a task whose images somebody else deploys: ignore = [container.web.image].
List kept_images(const Resource& task);
bool ignores(const Resource& resource, std::string_view attribute);

}  // namespace infra::aws
