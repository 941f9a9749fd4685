#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "providers/nodes/engine_errors.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/preflight/node_preflight.h"
#include "providers/nodes/this_machine.h"

namespace infra::nodes {

namespace {

// With less an engine can't even write down that it has made a container.
constexpr std::uint64_t kLeast = std::uint64_t{32} << 20U;

}  // namespace

std::vector<Provider::Refusal> refused_for_disk(const Context& context, const Wanted& wanted) {
  const auto first = std::find_if(wanted.begin(), wanted.end(), [](const auto* r) { return r->type != "network"; });
  if (first == wanted.end() || !shares_files(context.engine)) return {};
  const auto info = context.engine.get("/info", shapes::info(), {.timeout = std::chrono::seconds(10)});
  if (!info || !info->ok()) return {};  // who doesn't answer refuses nothing
  const auto folder = text_of(info->body["DockerRootDir"]);
  struct statvfs disk {};
  if (folder.empty() || statvfs(folder.c_str(), &disk) != 0) return {};
  const auto free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (free >= kLeast) return {};
  return {
      {(*first)->address,
       {.code = "E0610",
        .message = fmt::format("the disk of node `{}` is full: {} MiB are free where its engine keeps everything ({})",
                               context.engine.node(), free >> 20U, folder),
        .help = kMakeRoom}}};
}

}  // namespace infra::nodes
