#include "providers/nodes/images/fetch_images.h"

#include <fmt/format.h>

#include <future>
#include <utility>

#include "providers/at_once.h"
#include "providers/nodes/images/image_copy.h"
#include "providers/nodes/images/image_pull.h"

namespace infra::nodes {
namespace {

using Images = std::map<std::string, Credentials>;  // by name
using Wanted = std::map<std::string, Images>;       // by node

Wanted wanted_by(const std::vector<CreateRequest>& tasks) {
  Wanted out;
  for (const auto& task : tasks) {
    const auto* containers = task.inputs["containers"].map();
    auto& images = out[text_of(task.inputs["node"])];
    if (const auto image = text_of(task.inputs["image"]); !image.empty())
      images.emplace(image, credentials_of(task.inputs));
    if (containers == nullptr) continue;
    for (const auto& [label, container] : *containers) {
      const auto image = text_of(container["image"]);
      if (!image.empty()) images.emplace(image, credentials_of(task.inputs["access"][label]));
    }
  }
  return out;
}

bool is_away(const Error& error) { return error.code == "E0601" || error.code == "E0602"; }

}  // namespace

Result<Ok> fetch_images(const std::map<std::string, std::unique_ptr<Engine>>& engines, const Ownership& owner,
                        const std::vector<CreateRequest>& tasks, const Cancel& cancel, const Progress& progress) {
  const auto wanted = wanted_by(tasks);
  const auto fetch = [&](Engine& engine, const std::string& image, const Credentials& credentials) -> Result<Ok> {
    const Progress say = [&](std::string text) {
      if (progress) progress(wanted.size() > 1 ? fmt::format("node {}: {}", engine.node(), text) : std::move(text));
    };
    const Context context{.engine = engine, .owner = owner, .sources = nullptr, .cancel = cancel, .progress = say};
    if (auto brought = bring_image(engines, context, image); !brought) return brought;
    return ensure_image(context, image, credentials);
  };
  std::vector<std::future<Result<Ok>>> jobs;
  for (const auto& [node, images] : wanted) {
    const auto engine = engines.find(node);
    if (engine == engines.end()) continue;
    for (const auto& [image, credentials] : images) {
      jobs.push_back(
          at_once([&fetch, &on = *engine->second, &what = image, &by = credentials] { return fetch(on, what, by); }));
    }
  }
  Result<Ok> out = Ok{};
  for (auto& job : jobs) {
    auto done = job.get();
    if (out && !done && !is_away(done.error())) out = std::move(done);
  }
  return out;
}

}  // namespace infra::nodes
