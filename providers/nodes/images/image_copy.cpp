#include "providers/nodes/images/image_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <set>
#include <vector>

#include "base/values/codec.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/images/byte_pipe.h"
#include "providers/nodes/images/tar_filter.h"

namespace infra::nodes {
namespace {

constexpr std::size_t kMostManifest = std::size_t{1} << 24U;

using Texts = std::vector<std::string>;
using Paths = std::set<std::string, std::less<>>;

Texts texts_in(const Value& list) {
  Texts out;
  const auto* all = list.list();
  for (const auto& one : all != nullptr ? *all : List()) out.push_back(text_of(one));
  return out;
}

// nullopt: the engine hasn't got it.
Result<std::optional<Value>> inspected(Engine& engine, const std::string& image) {
  auto reply = engine.get(fmt::format("/images/{}/json", image), shapes::image());
  if (!reply) return std::move(reply).error();
  if (reply->status == 404) return std::optional<Value>();
  if (!reply->ok()) return engine.refused(*reply, "look for the image " + image);
  return std::optional(std::move(reply->body));
}

// How many of the first layers stand under an image of the engine already: an engine knows a layer by all below it.
Result<std::size_t> layers_there(Engine& engine, const Texts& wanted) {
  Texts ids;
  auto reply = engine.list("/images/json", shapes::listed_image(),
                           [&](const Value& image) { ids.push_back(text_of(image["Id"])); });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its images");
  std::size_t most = 0;
  for (const auto& id : ids) {
    const auto image = inspected(engine, id);
    if (!image) return image.error();
    if (!*image) continue;  // it has gone in the meantime
    const auto has = texts_in((**image)["RootFS"]["Layers"]);
    const auto same = std::mismatch(wanted.begin(), wanted.end(), has.begin(), has.end()).first - wanted.begin();
    most = std::max(most, static_cast<std::size_t>(same));
  }
  return most;
}

struct Copy {
  Engine& from;
  const Context& to;
  std::string id, name;  // a name by which the other engine will know it, too
  Texts layers;          // digests

  [[nodiscard]] std::string path() const { return fmt::format("/images/{}/get", http::url_encoded(name)); }
  [[nodiscard]] Error damaged() const {
    return {.code = "E0615", .message = fmt::format("node `{}` sent a damaged image {}", from.node(), name)};
  }
};

// The files of the layers, from the lowest, as the archive's `manifest.json` names them.
Result<Texts> files_of_layers(const Copy& copy) {
  std::string manifest;
  TarFilter only([](std::string_view path) { return path == "manifest.json"; },
                 [&](std::string_view bytes) { manifest += bytes; });
  auto reply = copy.from.follow(copy.path(),
                                [&](std::string_view piece) {
                                  only.take(piece);
                                  return !only.broken() && manifest.size() < kMostManifest;
                                },
                                {.cancel = &copy.to.cancel});
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return copy.from.refused(*reply, "give its image " + copy.name);
  const auto begin = manifest.find("[{");  // behind the entry's header
  const auto parsed = from_plain_json(begin != std::string::npos ? manifest.substr(begin).c_str() : "");
  const auto* images = parsed ? parsed->list() : nullptr;
  if (only.broken() || images == nullptr || images->empty()) return copy.damaged();
  return texts_in(images->front()["Layers"]);
}

// Those that aren't sent. A layer may stand in an image twice: its file stays if it is needed further up.
Result<Paths> left_out(const Copy& copy, std::size_t there) {
  Paths out;
  if (there == 0) return out;
  const auto files = files_of_layers(copy);
  if (!files) return files.error();
  if (files->size() != copy.layers.size()) return out;
  const std::set<std::string> needed(copy.layers.begin() + static_cast<std::ptrdiff_t>(there), copy.layers.end());
  for (std::size_t i = 0; i < there; ++i) {
    if (!needed.contains(copy.layers[i])) out.insert((*files)[i]);
  }
  return out;
}

Result<Ok> transfer(const Copy& copy, const Paths& without) {
  BytePipe pipe;
  auto sending = std::async(std::launch::async, [&]() -> Result<Ok> {
    bool wanted = true;
    TarFilter filter([&](std::string_view path) { return !without.contains(path); },
                     [&](std::string_view bytes) { wanted = wanted && pipe.put(bytes); });
    auto reply = copy.from.follow(copy.path(),
                                  [&](std::string_view piece) {
                                    filter.take(piece);
                                    return wanted && !filter.broken();
                                  },
                                  {.cancel = &copy.to.cancel});
    pipe.end(reply && reply->ok() && !filter.broken());
    if (!reply) return std::move(reply).error();
    if (!reply->ok()) return copy.from.refused(*reply, "give its image " + copy.name);
    return filter.broken() ? Result<Ok>(copy.damaged()) : Result<Ok>(Ok{});
  });
  std::string refused;
  auto loaded = copy.to.engine.stream(
      "/images/load?quiet=1", [&](char* buffer, std::size_t size) { return pipe.get(buffer, size); },
      [&](const Value& object) {
        if (refused.empty()) refused = text_of(object["error"]);
      },
      {.cancel = &copy.to.cancel});
  pipe.abandon();
  if (auto sent = sending.get(); !sent) return sent;
  if (!loaded) return std::move(loaded).error();
  if (loaded->ok() && refused.empty()) return Ok{};
  return copy.to.engine.refused(refused.empty() ? *loaded : Reply{.message = refused}, "load the image " + copy.name);
}

Result<Ok> bring(const Copy& copy) {
  const auto there = layers_there(copy.to.engine, copy.layers);
  if (!there) return there.error();
  const auto without = left_out(copy, *there);
  if (!without) return without.error();
  copy.to.say(fmt::format("copying the image {} from node `{}`: {} of {} layers", copy.name, copy.from.node(),
                          copy.layers.size() - (without->empty() ? 0 : *there), copy.layers.size()));
  auto done = transfer(copy, *without);
  // An engine that wants all layers each time says so.
  if (!done && !without->empty() && !copy.to.cancel.draining()) done = transfer(copy, {});
  return done;
}

Result<Ok> bring_from_any(const std::map<std::string, std::unique_ptr<Engine>>& engines, const Context& to,
                          const std::string& id) {
  const auto here = inspected(to.engine, id);
  if (!here) return here.error();
  if (*here) return Ok{};
  for (const auto& [name, engine] : engines) {
    if (engine.get() == &to.engine) continue;
    const auto image = inspected(*engine, id);
    if (!image || !*image) continue;  // one that doesn't answer can't help
    const auto names = texts_in((**image)["RepoTags"]);
    return bring({.from = *engine,
                  .to = to,
                  .id = id,
                  .name = names.empty() ? id : names.front(),
                  .layers = texts_in((**image)["RootFS"]["Layers"])});
  }
  return Ok{};
}

}  // namespace

Result<Ok> bring_image(const std::map<std::string, std::unique_ptr<Engine>>& engines, const Context& to,
                       const std::string& image) {
  if (engines.size() < 2 || !image.starts_with("sha256:")) return Ok{};
  // Copies of a service start at once, and need it once.
  return to.engine.alone([&] { return bring_from_any(engines, to, image); });
}

Result<Ok> bring_images(const std::map<std::string, std::unique_ptr<Engine>>& engines, const Context& to,
                        const Value& containers) {
  if (containers.map() == nullptr) return Ok{};
  std::set<std::string> images;
  for (const auto& [label, container] : *containers.map()) images.insert(text_of(container["image"]));
  for (const auto& image : images) {
    if (auto brought = bring_image(engines, to, image); !brought) return brought;
  }
  return Ok{};
}

}  // namespace infra::nodes
