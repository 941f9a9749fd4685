// How the containers of a task come up: its pause container, then each in the order of `after`.

#include <fmt/format.h>

#include <map>

#include "base/values/codec.h"
#include "facts/rollout.h"
#include "providers/engine/task_group.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/nodes/pause/pause_container.h"
#include "providers/nodes/tasks/container_wait.h"
#include "providers/nodes/tasks/containers.h"
#include "providers/nodes/tasks/files.h"
#include "providers/nodes/tasks/mounted_volumes.h"
#include "providers/nodes/tasks/task_labels.h"
#include "providers/nodes/tasks/task_order.h"
#include "providers/nodes/tasks/tasks.h"

namespace infra::nodes {
namespace {

// "shop-api-3", or "shop-api-3-web" of a task with several containers.
std::string name_of_member(const CreateRequest& request, const std::string& label, bool several) {
  const auto base = fmt::format("{}-{}", text_of(request.inputs["name"]), request.address.part);
  return several ? fmt::format("{}-{}", base, run_time_name(label)) : base;
}

std::string come_so_far(const std::string& condition) {
  return condition == "completed" ? "has ended" : condition == "succeeded" ? "has succeeded" : "is " + condition;
}

class StartingTask {
 public:
  StartingTask(const Context& context, const CreateRequest& request)
      : context_(context),
        request_(request),
        containers_(request.inputs["containers"]),
        order_(start_order(containers_)),
        has_pause_(needs_pause(text_of(request.inputs["mode"]), containers_)) {}

  Result<std::vector<std::string>> run() {
    if (auto pulled = pull(); !pulled) return std::move(pulled).error();
    if (context_.cancel.aborting()) return Error{.code = "E0703", .message = "stopped before creating a task"};
    if (auto paused = pause(); !paused) return std::move(paused).error();
    for (const auto& label : order_) {
      if (auto ready = wait_for_needs(label); !ready) return undo(std::move(ready).error());
      if (auto up = bring_up(label); !up) return undo(std::move(up).error());
    }
    return made_;
  }

 private:
  // Of several containers none starts before all can. One that is alone needs no look: its creation tells.
  Result<Ok> pull() {
    if (order_.size() == 1 && !has_pause_) return Ok{};
    for (const auto& label : order_) {
      if (auto there = ensure(label); !there) return there;
    }
    return Ok{};
  }

  Result<Ok> ensure(const std::string& label) {
    return ensure_image(context_, text_of(containers_[label]["image"]),
                        credentials_of(request_.inputs["access"][label]));
  }

  Result<std::string> make(const std::string& label, const CreateRequest& request) {
    auto id = make_container(context_, request);
    if (id || id.error().code != "E0604") return id;
    if (auto there = ensure(label); !there) return std::move(there).error();
    return make_container(context_, request);
  }

  Result<Ok> pause() {
    if (!has_pause_) return Ok{};
    std::vector<SecretFile> files;
    for (const auto& label : order_) {
      for (auto& file : secret_files_of(label, containers_[label])) files.push_back(std::move(file));
    }
    auto up = bring_up_pause(context_, request_, labels_of("", false), files);
    if (!up) return std::move(up).error();
    pause_ = *std::move(up);
    made_.push_back(pause_.id);
    return Ok{};
  }

  // What `after` asks for. `started` is so already; a container that waits for itself can't be written.
  Result<Ok> wait_for_needs(const std::string& label) {
    const auto* after = containers_[label]["after"].map();
    if (after == nullptr) return Ok{};
    for (const auto& [needed, condition] : *after) {
      if (text_of(condition) == "started" || waited_.contains(needed)) continue;
      context_.say(fmt::format("waiting until {} {}", needed, come_so_far(text_of(condition))));
      if (auto there = wait_for_container(context_, ids_.at(needed), containers_[needed]); !there) {
        return explained(needed, std::move(there).error());
      }
      waited_.insert({needed, true});
    }
    return Ok{};
  }

  Result<Ok> explained(const std::string& label, Error error) {
    error.message = fmt::format("container `{}` on node `{}`: {}", label, context_.engine.node(), error.message);
    if (error.code != "E0608") return error;
    const auto log = log_tail(context_, ids_.at(label), containers_[label]);
    error.message += log.empty() ? "; it wrote nothing" : "; the end of its log:\n" + log;
    return error;
  }

  [[nodiscard]] Value network() const {
    const auto mode = text_of(request_.inputs["mode"]);
    if (mode != "network") return Map(std::vector<Entry>{{"mode", mode}});
    if (has_pause_) return Map({{"mode", "container"}, {"container", pause_.id}});
    return Map(
        {{"mode", "network"}, {"networks", request_.inputs["networks"]}, {"aliases", request_.inputs["aliases"]}});
  }

  [[nodiscard]] Map labels_of(const std::string& label, bool essential) const {
    Map out({{kContainerLabel, label},
             {kSizeLabel, fmt::format("{}", order_.size() + (has_pause_ ? 1 : 0))},
             {kEssentialLabel, essential ? "yes" : "no"},
             {kModeLabel, text_of(request_.inputs["mode"])},
             {kRevisionLabel, request_.revision}});
    const auto settle = ms_of(request_.inputs["settle"], facts::kSettlingTime.ms);
    if (settle != facts::kSettlingTime.ms) out.set(kSettleLabel, fmt::format("{}", settle));
    return out;
  }

  // A container that should keep running is brought back by the engine where nobody watches.
  [[nodiscard]] CreateRequest member(const std::string& label) const {
    const auto& container = containers_[label];
    auto inputs = *container.map();
    const bool essential = engine::is_essential(container);
    const bool stays = text_of(container["until"]).empty();
    inputs.set("name", name_of_member(request_, label, order_.size() > 1));
    inputs.set("network", network());
    inputs.set("mounts", volumes_.mounts_of(container, secrets_of(label)));
    if (has_pause_) inputs.set("link", pause_.id.substr(0, 12));
    if (essential && stays && request_.type == "task") inputs.set("restart", "unless-stopped");
    inputs.set("task_labels", labels_of(label, essential));
    return {.address = request_.address,
            .type = request_.type,
            .inputs = std::move(inputs),
            .spec_hash = request_.spec_hash,
            .token = request_.token};
  }

  [[nodiscard]] std::string secrets_of(const std::string& label) const {
    const auto at = pause_.tmpfs.find(label);
    return at != pause_.tmpfs.end() ? at->second : std::string();
  }

  Result<Ok> bring_up(const std::string& label) {
    const auto request = member(label);
    auto id = make(label, request);
    if (!id) return std::move(id).error();
    ids_[label] = *id;
    made_.push_back(*id);
    if (auto noted = volumes_.note(context_, *id, containers_[label]); !noted) return noted;
    if (auto put = put_own_files(context_, *id, label, containers_[label]); !put) return put;
    return start_container(context_, *id, request);
  }

  // The last one first: the others use its volumes and its network.
  Error undo(Error error) {
    for (auto id = made_.rbegin(); id != made_.rend(); ++id) {
      if (auto removed = remove_container(context_, *id); !removed) {
        return std::move(error).during(fmt::format("removing it again, which failed: {}", removed.error().line()));
      }
    }
    return error;
  }

  const Context& context_;
  const CreateRequest& request_;
  const Value& containers_;
  std::vector<std::string> order_;
  bool has_pause_;
  Pause pause_;
  TaskVolumes volumes_;
  std::map<std::string, std::string> ids_;  // label → engine's id
  std::vector<std::string> made_;           // ids in their order
  std::map<std::string, bool> waited_;
};

}  // namespace

Result<std::vector<std::string>> start_containers(const Context& context, const CreateRequest& request) {
  return StartingTask(context, request).run();
}

}  // namespace infra::nodes
