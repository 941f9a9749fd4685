#include "providers/aws/names.h"
#include "providers/aws/type.h"

namespace infra::aws {

Tags Call::tags() const {
  Tags out;
  if (const auto* labels = request_.inputs["labels"].map()) {
    for (const auto& [name, value] : *labels) out[name] = text_of(value);
  }
  for (auto& [name, value] : tags_of({.stack = account_.owner.stack,
                             .lineage = account_.owner.lineage,
                             .address = request_.address,
                             .token = request_.token,
                             .spec = request_.spec_hash,
                             .type = request_.type})) {
    out[name] = value;
  }
  return out;
}

List Call::tag_specification(const char* resource_type) const {
  auto all = tags();
  all.emplace("Name", escaped(request_.address.owner().text()));
  return {params({{"ResourceType", resource_type}, {"Tag", tag_list(all)}})};
}

std::string Call::unique(std::size_t longest) const {
  return unique_name(account_.owner.stack, request_.address.path + "-" + request_.address.part, request_.token,
                     longest);
}

Reply Call::insist(const std::function<Reply()>& ask, const std::function<bool(const Fault&)>& again,
                   std::chrono::milliseconds every, std::chrono::milliseconds deadline) const {
  for (auto waited = std::chrono::milliseconds{0};; waited += every) {
    auto reply = ask();
    if (reply || !again(reply.fault()) || waited >= deadline) return reply;
    if (!account_.client.clock().sleep(every, &cancel_)) return reply;
  }
}

}  // namespace infra::aws
