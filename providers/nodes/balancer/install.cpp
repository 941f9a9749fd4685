// How the parts of a configuration are put into a HAProxy that runs.
#include <fmt/format.h>

#include <algorithm>

#include "providers/nodes/archive.h"
#include "providers/nodes/balancer/haproxy_config.h"
#include "providers/nodes/balancer/runtime.h"

namespace infra::nodes::balancer {

namespace {

constexpr char kPartMark = '\x1d';
constexpr int kTries = 5;  // others change it meanwhile, each once

std::string in_home(const std::string& path) { return fmt::format("{}/{}", kHome + 1, path); }

Result<Ok> put_new(const Context& context, const std::string& container, const std::string& name,
                   const Configured& wanted) {
  const auto merged = merge(wanted.parts);
  std::vector<ArchiveFile> files = {{.path = in_home("parts/"), .content = {}, .mode = 0755},
                                    {.path = in_home("new/"), .content = {}, .mode = 0755},
                                    {.path = in_home(fmt::format("new/{}.cfg", name)), .content = merged.configuration},
                                    {.path = in_home(fmt::format("new/{}.backends", name)), .content = merged.table}};
  if (const auto* part = wanted.find(name); part != nullptr)
    files.push_back({.path = in_home(fmt::format("new/{}.part", name)), .content = part->text});
  return put_archive(context, container, files, "put the configuration into a load balancer");
}

Error refused(const Context& context, const std::string& why) {
  return {.code = "E0616",
          .message = fmt::format("HAProxy doesn't take the configuration on node `{}`: {}", context.engine.node(), why),
          .help = "the one before still serves; see whether its image has haproxy 2.6 or newer"};
}

// Nothing: others have changed it meanwhile.
Result<bool> try_to_install(const Context& context, const std::string& container, const std::string& name,
                            const Configured& wanted) {
  if (auto put = put_new(context, container, name, wanted); !put) return std::move(put).error();
  auto answer = ask(context.engine, container, {fmt::format("@install {} {}", wanted.generation, name)});
  if (!answer) return std::move(answer).error();
  const auto& said = answer->front();
  if (said == "changed") return false;
  if (said == "same" || said == "reloaded") return true;
  return refused(context, said.starts_with("refused ") ? said.substr(8) : "the new worker doesn't answer");
}

// `text`: nullptr takes the part away.
Result<Ok> install(const Context& context, const std::string& container, const std::string& name,
                   const std::string* text) {
  for (int i = 0; i < kTries; ++i) {
    auto now = configured(context.engine, container);
    if (!now) return std::move(now).error();
    if (text == nullptr && now->find(name) == nullptr) return Ok{};
    std::erase_if(now->parts, [&](const Part& part) { return part.name == name; });
    if (text != nullptr) {
      if (const auto clash = clash_of({.name = name, .text = *text}, now->parts))
        return taken(*clash, context.engine.node());
      now->parts.push_back({.name = name, .text = *text});
    }
    auto done = try_to_install(context, container, name, *now);
    if (!done) return std::move(done).error();
    if (*done) return Ok{};
  }
  return refused(context, "other stacks change it all the time");
}

}  // namespace

const Part* Configured::find(const std::string& name) const {
  const auto at = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.name == name; });
  return at != parts.end() ? &*at : nullptr;
}

Result<Configured> configured(Engine& engine, const std::string& container) {
  auto answer = ask(engine, container, {"@parts"});
  if (!answer) return std::move(answer).error();
  std::string_view rest = answer->front();
  const auto next = [&rest](std::string_view end) {
    const auto at = std::min(rest.find(end), rest.size());
    const auto out = rest.substr(0, at);
    rest.remove_prefix(std::min(at + end.size(), rest.size()));
    return std::string(out);
  };
  const std::string mark{'\n', kPartMark};
  Configured out{.generation = next(mark), .parts = {}};
  while (!rest.empty()) {
    auto name = next("\n");
    out.parts.push_back({.name = std::move(name), .text = next(mark)});
  }
  return out;
}

Result<Ok> install_part(const Context& context, const std::string& container, const Part& part) {
  return install(context, container, part.name, &part.text);
}

Result<Ok> remove_part(const Context& context, const std::string& container, const std::string& name) {
  return install(context, container, name, nullptr);
}

}  // namespace infra::nodes::balancer
