// The class that an Ingress or a Gateway names. The API server takes any name; without the class no controller serves
// the object, and nothing says so. With one a controller writes the object's address into its status, mostly at once.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "providers/kubernetes/objects/manifest.h"
#include "providers/kubernetes/objects/objects.h"

namespace infra::kubernetes {

// Is there a controller that will give this object an address? As far as may be seen: a GatewayClass says whether it
// was accepted by one, of an IngressClass only its being there is known.
bool expects_address(Cluster& cluster, const ObjectType& type, const Json& object);

// Any number of threads may ask; each class is looked up once.
class Classes {
 public:
  explicit Classes(Cluster& cluster) : cluster_(cluster) {}

  // E0634 if the cluster hasn't the manifest's class. Whoever may not look is told nothing.
  std::optional<Error> missing(const ObjectType& type, const Manifest& manifest);

 private:
  bool is_there(const std::string& path);

  Cluster& cluster_;
  std::mutex mutex_;
  std::map<std::string, bool> seen_;  // by path
};

}  // namespace infra::kubernetes
