// One request and its answer: encoded, signed, sent, decoded. Nothing is tried twice here.
#pragma once
#include <functional>
#include <string>
#include <variant>

#include "providers/aws/api/endpoints.h"
#include "providers/aws/api/fault.h"
#include "providers/http.h"

namespace infra::aws {

using Sender = std::function<std::variant<http::Response, http::Failure>(const http::Target&, const http::Request&)>;

struct Exchange {
  const Service& service;
  std::string_view operation;
  const Value& parameters;
  const Endpoint& endpoint;
  const Credentials* credentials = nullptr;  // null: not signed (AssumeRoleWithWebIdentity)
  SysTime now;
  const Cancel* cancel = nullptr;
};

struct Exchanged {
  Reply reply;
  std::optional<SysTime> server_time;  // the answer's Date, if it has one
};

Exchanged exchange(const Exchange& what, const Sender& send);

}  // namespace infra::aws
