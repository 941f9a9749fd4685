// The services that are talked to: how each wants to be spoken to, from the API's own models.
#pragma once
#include <string_view>

namespace infra::aws {

enum class Protocol {
  json,   // POST /, the operation in X-Amz-Target
  query,  // POST /, a form; lists are A.member.N; the answer is XML
  ec2,    // the same with lists A.N
  rest,   // the operation is a method and a path (rest_paths.h), the rest is JSON
};

struct Service {
  std::string_view name;  // as this program and the permissions say it: "ecs"
  Protocol protocol;
  std::string_view host;      // PREFIX of https://PREFIX.REGION.amazonaws.com
  std::string_view signing;   // the name in the signature's scope
  std::string_view version;   // of the API; for `json` the prefix of X-Amz-Target
  std::string_view variable;  // X of AWS_ENDPOINT_URL_X
  bool global = false;        // one host for all regions of a partition
};

// nullptr: there is none of this name.
const Service* find_service(std::string_view name);

}  // namespace infra::aws
