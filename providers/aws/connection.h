// An account as it is reached: whose credentials, which region.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "providers/aws/api/aws_client.h"
#include "providers/aws/arn.h"
#include "providers/aws/credentials/chain.h"

namespace infra::aws {

struct Connection {
  std::unique_ptr<Client> client;
  Identity identity;
  std::string credentials_from;  // "environment": for `infra doctor`
};

// Asks who we are: E0620 without credentials, E0627 without a region.
Result<Connection> connect_to(const Chosen& chosen);

// Tests let a world's time run faster; nobody else sets it.
double clock_speed();

}  // namespace infra::aws
