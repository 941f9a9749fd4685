// From an object's inputs to what the API server takes. Pure.
#pragma once
#include <string>
#include <vector>

#include "providers/kubernetes/access/kube_server.h"
#include "providers/kubernetes/objects/object_json.h"
#include "providers/provider.h"

namespace infra::kubernetes {

inline constexpr const char* kManager = "infra";  // our name as a field manager

// By what an object is known to be ours.
struct Mark {
  Ownership owner;
  Address address;
  std::string token;
  std::string spec_hash;
};

struct Manifest {
  std::string version;  // "apps/v1"
  Json body;
  // What this server is too old for, as the end of "… needs": "Kubernetes 1.29 for a sidecar (container `proxy`)".
  std::vector<std::string> too_new = {};
};

// Does each object of this type have a name of its own, which has its token in it (object_schemas.h)? An update keeps
// the name: whoever makes its manifest sets it.
bool is_named_anew(const ObjectType& type);

Manifest to_manifest(const ObjectType& type, const Value& inputs, const Mark& mark, const Server& server);

// E0638, of a manifest with something in `too_new`.
Error too_old(const ObjectType& type, const Manifest& manifest, const Server& server);

// Of an object's metadata; nullopt: nobody's.
std::optional<Mark> mark_of(const Json& object);

// What the newest version has is written as this one has it, as far as that is possible; see object_schemas.h.
void bring_down(const ObjectType& type, Json& spec, int minor, std::vector<std::string>& too_new);

}  // namespace infra::kubernetes
