#include "providers/aws/connection.h"

#include <cstdlib>

#include "providers/aws/account_guard.h"

namespace infra::aws {

double clock_speed() {
  const char* speed = std::getenv("INFRA_CLOCK_SPEED");
  const double value = speed != nullptr ? std::atof(speed) : 1;
  return value > 0 ? value : 1;
}

Result<Connection> connect_to(const Chosen& chosen) {
  auto clock = std::make_shared<SystemClock>(clock_speed());
  auto settings = find_settings(chosen, process_surroundings(clock));
  if (!settings) return std::move(settings).error();
  Connection out;
  out.client = std::make_unique<Client>(ClientSettings{.region = settings->region,
                                                       .endpoints = settings->endpoints,
                                                       .credentials = settings->credentials,
                                                       .clock = clock,
                                                       .send = {}});
  auto identity = who_we_are(*out.client);
  if (!identity) return std::move(identity).error();
  out.identity = *std::move(identity);
  out.credentials_from = settings->from();
  return out;
}

}  // namespace infra::aws
