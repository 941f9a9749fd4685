// A request's parameters (a Map by the API's own names) as each protocol wants them. Pure. Null members are left out;
// a Secret is written in clear, since it goes to the service that it is for and nowhere else.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/values/value.h"
#include "providers/aws/api/services.h"

namespace infra::aws {

// {{"CidrBlock", "10.0.0.0/16"}}: Map's own constructors don't tell a list of one from a copy.
inline Map params(std::initializer_list<Entry> entries) { return Map(std::vector<Entry>(entries)); }

std::string json_body(const Value& parameters);
// "Action=…&Version=…&A.member.1=x" (query) or "A.1=x" (ec2), in the order of the names.
std::string form_body(Protocol protocol, std::string_view operation, std::string_view version, const Value& parameters);

struct RestRequest {
  std::string method;
  std::string path;  // encoded
  Map query;         // of GET and DELETE: the parameters that aren't in the path
  std::string body;  // of POST and PUT
};
RestRequest rest_request(std::string_view service, std::string_view operation, const Value& parameters);

}  // namespace infra::aws
