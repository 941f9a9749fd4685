// The images in a stack's repositories: who uses them, and which ones their lifecycles let go.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "apply/session.h"
#include "planner/decide/image_lifecycle.h"
#include "providers/image_store.h"

namespace infra {

struct RepositoryView {
  Address address;
  std::string url;  // "localhost:5000/shop/web"
  ImageRepository repository;
  ImageStore* store = nullptr;               // its provider's
  std::vector<StoredImage> images;           // the newest first
  std::vector<std::set<std::string>> users;  // of each: "service.web", "revision 3f2a of service.web", "container db-1"
  std::vector<ExpiringImage> expiring;       // that nobody uses
};

struct ImagesView {
  std::vector<RepositoryView> repositories;  // by address
  // What couldn't be looked at. Then it isn't known what is used, and nothing may be deleted.
  std::vector<Error> errors;
  bool half_freed = false;  // somebody was killed while freeing space
  // What couldn't be looked at since its registry was left stopped then.
  std::vector<RepositoryView> unfinished;
};

// Looks at the repositories that are declared on platforms with an image store, and at every use that is known: of what
// is recorded, of kept revisions, of what is declared, and of all containers on the nodes.
ImagesView look_at_images(const Session& session, const Prepared& prepared, UtcMoment now, const Cancel& cancel);

// Frees the space of what is unfinished, which starts its registry again.
std::vector<Error> finish_freeing(const ImagesView& view, const Cancel& cancel);

struct Collected {
  std::size_t deleted = 0;
  std::vector<Error> errors;  // of repositories; the others are collected all the same
};
// Deletes what is expiring, and frees its space where the stack runs the registry itself; what was freed by half, too.
// `deleted` is told of each.
Collected collect_images(const ImagesView& view, const Cancel& cancel,
                         const std::function<void(const RepositoryView&, const StoredImage&)>& deleted);

}  // namespace infra
