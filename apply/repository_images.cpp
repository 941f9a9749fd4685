#include "apply/repository_images.h"

#include <fmt/format.h>

#include <algorithm>

#include "apply/deployments/sealed_task.h"
#include "base/values/codec.h"

namespace infra {
namespace {

// Texts that may name images, and whose they are.
struct NamedText {
  std::string user;
  std::string text;
};

class Looking {
 public:
  Looking(const Session& session, const Prepared& prepared, UtcMoment now, const Cancel& cancel)
      : session_(session), prepared_(prepared), now_(now), cancel_(cancel) {}

  ImagesView look() {
    find_repositories();
    if (out_.repositories.empty()) return std::move(out_);
    add_declared();
    add_recorded();
    add_revisions();
    add_containers();
    std::erase_if(out_.repositories, [this](RepositoryView& view) {
      if (read(view)) return false;
      if (out_.half_freed && !view.repository.container.empty()) out_.unfinished.push_back(std::move(view));
      return true;
    });
    return std::move(out_);
  }

 private:
  void find_repositories() {
    for (const auto& resource : prepared_.lowered.resources) {
      const auto provider = prepared_.providers.find(resource.platform);
      if (resource.type != "repository" || provider == prepared_.providers.end()) continue;
      auto* store = image_store_of(*provider->second);
      if (store == nullptr) continue;
      stores_.insert(store);
      RepositoryView view{.address = resource.address, .repository = {.inputs = resource.inputs}, .store = store};
      view.url = text_in(resource.inputs, "endpoint") + "/" + text_in(resource.inputs, "name");
      find_registry(resource, view.repository);
      out_.repositories.push_back(std::move(view));
    }
  }

  // The registry's container, if the stack runs it.
  void find_registry(const LoweredResource& resource, ImageRepository& repository) const {
    for (const auto& object : prepared_.observed.objects) {
      const bool needed =
          std::any_of(resource.depends_on.begin(), resource.depends_on.end(), [&](const Address& address) {
            return address.owner() == object.address.owner() && object.type == "container";
          });
      if (!needed) continue;
      repository.container = object.id;
      repository.node = node_of(object.address);
    }
  }

  [[nodiscard]] std::string node_of(const Address& address) const {
    for (const auto& resource : prepared_.lowered.resources) {
      if (resource.address == address) return text_in(resource.inputs, "node");
    }
    return {};
  }

  void add_declared() {
    for (const auto& resource : prepared_.lowered.resources) {
      if (resource.type == "repository") continue;
      texts_.push_back({resource.address.owner().text(), to_json(resource.inputs, HashKey())});
    }
  }

  void add_recorded() {
    for (const auto& row : prepared_.state.resources) {
      if (row.type == "repository") continue;
      texts_.push_back({row.address.owner().text(), row.inputs + row.outputs});
    }
    for (const auto& intent : prepared_.state.intents) {
      texts_.push_back({intent.address.owner().text(), intent.inputs});
    }
  }

  void add_revisions() {
    for (const auto& deployment : prepared_.state.deployments) {
      for (const auto& sealed : deployment.revisions) {
        const auto task =
            open_task(sealed.box, place_of_revision(prepared_.state.lineage, sealed.revision), *session_.keys);
        if (!task) {
          out_.errors.push_back(Error(task.error())
                                    .during(fmt::format("reading which images revision {} of {} uses",
                                                        sealed.revision.substr(0, 7), deployment.name)));
          continue;
        }
        texts_.push_back({fmt::format("revision {} of {}", sealed.revision.substr(0, 7), deployment.name),
                          to_json(*task, HashKey())});
      }
    }
  }

  void add_containers() {
    for (auto* store : stores_) {
      auto uses = store->uses();
      if (!uses) {
        out_.errors.push_back(std::move(uses).error());
        continue;
      }
      out_.half_freed = out_.half_freed || uses->half_freed;
      for (auto& [image, container] : uses->names) {
        texts_.push_back({"container " + container, fmt::format("\"{}\"", image)});
      }
      for (auto& [where, error] : uses->unreachable) {
        out_.errors.push_back(std::move(error).during("looking which images are used on " + where));
      }
    }
  }

  // false, and an error is kept: nothing is known of it.
  bool read(RepositoryView& view) {
    auto images = view.store->images(view.repository, cancel_);
    if (!images) {
      out_.errors.push_back(std::move(images).take_error("listing the images of " + view.address.owner().text()));
      return false;
    }
    view.images = *std::move(images);
    std::stable_sort(view.images.begin(), view.images.end(),
                     [&](const auto& a, const auto& b) { return a.pushed.value_or(now_) > b.pushed.value_or(now_); });
    const auto users = users_of(view.url);
    for (const auto& image : view.images) view.users.push_back(users_of_image(users, image));
    add_users_of_parts(view);
    std::set<std::string> used;
    for (std::size_t i = 0; i < view.images.size(); ++i) {
      if (!view.users[i].empty()) used.insert(view.images[i].digest);
    }
    view.expiring = expiring_images(view.images, view.repository.inputs["rules"], now_,
                                    [&](const std::string& digest) { return used.contains(digest); });
    return true;
  }

  using Users = std::map<std::string, std::set<std::string>>;  // by "@sha256:…" and ":tag"

  [[nodiscard]] Users users_of(const std::string& url) const {
    Users out;
    for (const auto& [user, text] : texts_) {
      for (auto at = text.find(url); at != std::string::npos; at = text.find(url, at + 1)) {
        const auto begin = at + url.size();
        const auto end = text.find_first_of("\"\\ ", begin);
        if (begin < text.size() && (text[begin] == '@' || text[begin] == ':')) {
          out[text.substr(begin, end - begin)].insert(user);
        }
      }
    }
    return out;
  }

  static std::set<std::string> users_of_image(const Users& users, const StoredImage& image) {
    std::set<std::string> out;
    const auto add = [&](const std::string& name) {
      if (const auto at = users.find(name); at != users.end()) out.insert(at->second.begin(), at->second.end());
    };
    add("@" + image.digest);
    for (const auto& tag : image.tags) {
      add(":" + tag);
      add(":" + tag + "@" + image.digest);
    }
    return out;
  }

  // Whoever uses an index uses the images in it.
  static void add_users_of_parts(RepositoryView& view) {
    std::map<std::string, std::size_t> at;
    for (std::size_t i = 0; i < view.images.size(); ++i) at[view.images[i].digest] = i;
    for (std::size_t i = 0; i < view.images.size(); ++i) {
      for (const auto& part : view.images[i].parts) {
        const auto found = at.find(part);
        if (found != at.end()) view.users[found->second].insert(view.users[i].begin(), view.users[i].end());
      }
    }
  }

  const Session& session_;
  const Prepared& prepared_;
  UtcMoment now_;
  const Cancel& cancel_;
  std::vector<NamedText> texts_;
  std::set<ImageStore*> stores_;
  ImagesView out_;
};

Error deletes_not_allowed(const RepositoryView& view) {
  return {.code = "E0605",
          .message = fmt::format("the registry of {} doesn't allow deletes", view.url),
          .help = "allow them in its configuration (REGISTRY_STORAGE_DELETE_ENABLED=true), or to this user"};
}

using ByContainer = std::map<std::string, const RepositoryView*>;  // of the registry that the stack runs

void free_spaces(const ByContainer& managed, const Cancel& cancel, std::vector<Error>& errors) {
  for (const auto& [container, repository] : managed) {
    auto freed = repository->store->free_space(repository->repository, cancel);
    if (!freed) errors.push_back(std::move(freed).take_error("freeing the space of " + repository->url));
  }
}

}  // namespace

ImagesView look_at_images(const Session& session, const Prepared& prepared, UtcMoment now, const Cancel& cancel) {
  return Looking(session, prepared, now, cancel).look();
}

std::vector<Error> finish_freeing(const ImagesView& view, const Cancel& cancel) {
  ByContainer managed;
  for (const auto& repository : view.unfinished) managed[repository.repository.container] = &repository;
  std::vector<Error> errors;
  free_spaces(managed, cancel, errors);
  return errors;
}

Collected collect_images(const ImagesView& view, const Cancel& cancel,
                         const std::function<void(const RepositoryView&, const StoredImage&)>& deleted) {
  Collected out;
  ByContainer managed;
  for (const auto& repository : view.repositories) {
    bool freed_by_deleting = false;
    for (const auto& expiring : repository.expiring) {
      if (cancel.draining()) break;
      const auto& image = repository.images[expiring.image];
      auto gone = repository.store->remove(repository.repository, image.digest);
      if (!gone || !*gone) {
        out.errors.push_back(gone ? deletes_not_allowed(repository)
                                  : std::move(gone).take_error("deleting from " + repository.url));
        break;
      }
      ++out.deleted;
      if (deleted) deleted(repository, image);
      freed_by_deleting = true;
    }
    const auto& container = repository.repository.container;
    if (!container.empty() && (freed_by_deleting || view.half_freed)) managed[container] = &repository;
  }
  free_spaces(managed, cancel, out.errors);
  return out;
}

}  // namespace infra
