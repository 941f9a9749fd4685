// What each type makes of a request before anything is written: one file a type, as pure as a look at the world allows.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "providers/provider.h"

namespace infra::simulator {

class Tables;

// A number that one object holds at a time: a port of a node, an address of a network.
struct Lease {
  std::string pool;  // "n1 tcp", or the network's id
  std::int64_t number = 0;
  friend bool operator==(const Lease&, const Lease&) = default;
};

// The row to be.
struct Blueprint {
  std::string node;
  std::string name;
  std::string key;  // what others look it up by: an image's ref, a repository's URL
  // The range of a network's addresses as texts that sort like them; see address_key().
  std::string low, high;
  std::vector<Lease> leases;
  Map outputs;
};

struct Wish {
  const CreateRequest& request;
  const std::string& id;  // the object's
  bool exists = false;    // an update: it has its name, ports and address already
};

Result<Blueprint> network_blueprint(Tables& world, const Wish& wish);
Result<Blueprint> container_blueprint(Tables& world, const Wish& wish);
Result<Blueprint> certificate_blueprint(Tables& world, const Wish& wish);  // and of an acme_account
Result<Blueprint> load_balancer_blueprint(Tables& world, const Wish& wish);
Result<Blueprint> image_blueprint(Tables& world, const Wish& wish);
Result<Blueprint> repository_blueprint(Tables& world, const Wish& wish);
Result<Blueprint> task_blueprint(Tables& world, const Wish& wish);
Result<Blueprint> job_blueprint(Tables& world, const Wish& wish);
// By the tags of its images: `:crash` ends with code 1, all others with 0; at once.
Health job_health(const Value& inputs);
// By the tags of its images: `:crash` ends with code 1, `:sick` fails its health check; all others are healthy at once.
Health task_health(const Value& inputs);

// REPOSITORY of REPOSITORY@DIGEST or REPOSITORY:TAG.
std::string repository_of(const std::string& image);

// "4" or "6" and the address in hexadecimal.
std::string address_key(const Ip& address);

// An input as text; "" if it is absent. Secrets by what is inside.
std::string text_of(const Value& value);

}  // namespace infra::simulator
