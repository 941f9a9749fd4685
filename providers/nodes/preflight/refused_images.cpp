#include "providers/nodes/preflight/node_preflight.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/text/image_reference.h"
#include "providers/http.h"
#include "providers/nodes/engine_errors.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/images/image_pull.h"

namespace infra::nodes {
namespace {

constexpr std::chrono::seconds kPatience{10};

// Docker says amd64 where others say x86_64.
std::string plain_architecture(const std::string& name) {
  if (name == "x86_64") return "amd64";
  if (name == "aarch64") return "arm64";
  return name;
}

struct Answer {
  Error error;
  bool certain = true;
};

class AskingBefore {
 public:
  explicit AskingBefore(const Context& context) : context_(context) {}

  const std::optional<Answer>& about(const std::string& image, const Credentials& credentials) {
    auto [at, is_new] = answers_.try_emplace(image);
    if (is_new) at->second = ask(image, credentials);
    return at->second;
  }

 private:
  std::optional<Answer> ask(const std::string& image, const Credentials& credentials) {
    auto here = context_.engine.get(fmt::format("/images/{}/json", image), shapes::image(), {.timeout = kPatience});
    if (!here) return std::nullopt;
    if (here->ok()) return compare(image, {text_of(here->body["Architecture"])});
    // An id without a registry can't come from anywhere else.
    if (here->status != 404 || image.starts_with("sha256:")) return std::nullopt;
    return ask_registry(image, credentials);
  }

  // The engine asks the registry for the manifest, without pulling. Podman can't.
  std::optional<Answer> ask_registry(const std::string& image, const Credentials& credentials) {
    // One that the stack runs has what the stack has pushed; that its engine must trust it first is a change.
    if (!check_may_send(context_.engine, credentials) || !credentials.ca.empty()) return std::nullopt;
    const auto reference = registry::parse_reference(image);
    if (silent_.contains(reference.host)) return std::nullopt;  // a plan waits for it once, not once for each image
    CallOptions options{.timeout = kPatience};
    if (credentials.any()) options.headers.push_back(auth_header(credentials, reference.host));
    auto reply = context_.engine.get(fmt::format("/distribution/{}/json", image), shapes::distribution(), options);
    if (!reply) return no_answer_of(reference.host);
    if (!reply->ok()) {
      auto error = transfer_error(context_.engine, image, reply->message, credentials.any());
      return error.code == "E0604" ? std::optional(Answer{std::move(error)}) : no_answer_of(reference.host);
    }
    std::vector<std::string> platforms;
    if (const auto* list = reply->body["Platforms"].list()) {
      for (const auto& platform : *list) platforms.push_back(text_of(platform["architecture"]));
    }
    return compare(image, platforms);
  }

  std::optional<Answer> no_answer_of(const std::string& host) {
    silent_.insert(host);
    return std::nullopt;
  }

  std::optional<Answer> compare(const std::string& image, std::vector<std::string> offered) {
    std::erase_if(offered, [](const std::string& one) { return one.empty() || one == "unknown"; });
    const auto& own = own_architecture();
    if (offered.empty() || own.empty() || std::find(offered.begin(), offered.end(), own) != offered.end()) {
      return std::nullopt;
    }
    // Of several an engine takes none that isn't its own; one alone runs where the node emulates it.
    return Answer{.error = {.code = "E0608",
                            .message = fmt::format("the image {} is built for {}, and node `{}` is {}", image,
                                                   fmt::join(offered, ", "), context_.engine.node(), own),
                            .help = "build it for this architecture too, or place the service on other nodes"},
                  .certain = offered.size() > 1};
  }

  const std::string& own_architecture() {
    if (!own_) {
      own_.emplace();
      auto version = context_.engine.get("/version", shapes::version(), {.timeout = kPatience});
      if (version && version->ok()) own_ = plain_architecture(text_of(version->body["Arch"]));
    }
    return *own_;
  }

  const Context& context_;
  std::map<std::string, std::optional<Answer>> answers_;
  std::optional<std::string> own_;
  std::set<std::string> silent_;  // registries that didn't answer
};

}  // namespace

std::vector<Provider::Refusal> refused_images(const Context& context, const Wanted& wanted) {
  AskingBefore asking(context);
  std::vector<Provider::Refusal> out;
  for (const auto* task : wanted) {
    if (task->type != "task") continue;
    const auto* containers = task->inputs["containers"].map();
    if (containers == nullptr) continue;
    for (const auto& [label, container] : *containers) {
      const auto image = text_of(container["image"]);
      if (image.empty()) continue;  // built in this plan
      const auto& refused = asking.about(image, credentials_of(task->inputs["access"][label]));
      if (refused) out.push_back({task->address, refused->error, refused->certain});
    }
  }
  return out;
}

}  // namespace infra::nodes
