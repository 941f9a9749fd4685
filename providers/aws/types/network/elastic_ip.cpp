#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

// A public address; billed by the hour.
const Type& elastic_ip_type() {
  static const Type type = [] {
    Type out{.schema = {.name = "elastic_ip",
                        .doc = "A public address that stays. Billed by the hour.",
                        .attributes = {labels_attribute(), output("id", "eipalloc-…"), output("address", "Its IPv4.")}},
             .actions = {"ec2:AllocateAddress", "ec2:CreateTags", "ec2:DeleteTags", "ec2:DescribeAddresses",
                         "ec2:ReleaseAddress"},
             .billed = "public IPv4 address",
             .create = [](Call& call) -> Result<std::string> {
               const auto made =
                   call.ec2("AllocateAddress",
                            params({{"Domain", "vpc"}, {"TagSpecification", call.tag_specification("elastic-ip")}}));
               if (!made) return made.error();
               return call.account().identity.arn_of("ec2", "elastic-ip/" + text_of(made["allocationId"]));
             },
             .destroy = [](Call& call) -> Result<Ok> {
               // The NAT gateway that had it lets it go a while after it is gone.
               using namespace std::chrono_literals;
               return gone(call.insist(
                   [&] {
                     return call.ec2("ReleaseAddress", params({{"AllocationId", last_part(call.id)}}));
                   },
                   [](const Fault& fault) {
                     return fault.is({"InvalidIPAddress.InUse", "AuthFailure"});
                   },
                   5s, 2min));
             }};
    seen_by_ec2(out,
                {.operation = "DescribeAddresses",
                 .set = "addressesSet",
                 .id = "allocationId",
                 .filter = "allocation-id",
                 .resource = "elastic-ip",
                 .pages = false},
                [](const Value& item, Seen& seen) { seen.outputs.set("address", text_of(item["publicIp"])); });
    return out;
  }();
  return type;
}

}  // namespace infra::aws
