#include "providers/nodes/images/image_build.h"

#include <fmt/format.h>

#include <deque>

#include "base/net/base64.h"
#include "base/text/image_reference.h"
#include "base/values/codec.h"
#include "providers/nodes/engine_errors.h"
#include "providers/nodes/images/build_steps.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/nodes/images/tar_stream.h"
#include "providers/nodes/labels.h"

namespace infra::nodes {

namespace {

constexpr std::size_t kKeptLines = 20;

// What a build's stream says.
class BuildLog {
 public:
  BuildLog(const Context& context, std::size_t labels) : context_(context), labels_(labels) {}

  void add(const Value& object) {
    if (auto text = text_of(object["stream"]); !text.empty()) line(std::move(text));
    if (auto text = text_of(object["error"]); !text.empty()) error = std::move(text);
    if (auto found = text_of(object["aux"]["ID"]); !found.empty()) id = std::move(found);
  }
  [[nodiscard]] std::string tail() const { return fmt::format("{}", fmt::join(lines_, "\n")); }

  std::string id;
  std::string error;

 private:
  void line(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.empty()) return;
    auto shown = user_line(text, labels_);
    if (!shown) return;
    if (is_step(*shown)) context_.say("building: " + *shown);
    lines_.push_back(*std::move(shown));
    if (lines_.size() > kKeptLines) lines_.pop_front();
  }
  const Context& context_;
  std::size_t labels_;  // that the engine was given
  std::deque<std::string> lines_;
};

Map labels_of_build(const Context& context, const CreateRequest& request) {
  auto labels = labels_with_own(context.owner, request);
  labels.set("infra.repository", text_of(request.inputs["repository"]));
  return labels;
}

std::string build_path(const CreateRequest& request, const std::string& name, Map labels) {
  const auto& inputs = request.inputs;
  auto path = fmt::format("/build?version=1&rm=1&forcerm=1&t={}&dockerfile={}&labels={}", http::url_encoded(name),
                          http::url_encoded(text_of(inputs["dockerfile"])),
                          http::url_encoded(to_plain_json(Value(std::move(labels)))));
  if (inputs["args"].map() != nullptr) path += "&buildargs=" + http::url_encoded(to_plain_json(inputs["args"]));
  if (const auto target = text_of(inputs["target"]); !target.empty()) path += "&target=" + http::url_encoded(target);
  return path;
}

// For FROM lines that name the registry which the image will be pushed to.
std::string build_auth(const Value& inputs) {
  const auto credentials = credentials_of(inputs);
  const auto host = registry::parse_reference(text_of(inputs["repository"])).host;
  Map all;
  if (credentials.any()) all.set(host, Map({{"username", credentials.username}, {"password", credentials.password}}));
  return "X-Registry-Config: " + net::base64_url(to_plain_json(Value(std::move(all))));
}

Error build_error(const Context& context, const std::string& folder, const BuildLog& log, const std::string& words) {
  const auto tail = log.tail();
  return {.code = "E0607",
          .message = fmt::format("node `{}` can't build the image from \"{}\": {}{}{}", context.engine.node(), folder,
                                 words, tail.empty() ? "" : "; the build's last lines:\n", tail),
          .help = mentions(words, {"pull access denied", "manifest unknown", "not found"})
                      ? "check the names after FROM and COPY in the Dockerfile"
                      : "correct the Dockerfile; `docker build` in that folder shows the whole output"};
}

Result<engine::ContextFile> no_sources(const std::string& folder) {
  return Error{.code = "E0004", .message = fmt::format("the build context \"{}\" isn't at hand in this run", folder)};
}

}  // namespace

Result<std::string> build_image(const Context& context, const CreateRequest& request, const std::string& name) {
  const auto folder = text_of(request.inputs["context"]);
  if (context.sources == nullptr) return no_sources(folder).error();
  auto files = engine::build_context(*context.sources, folder, text_of(request.inputs["dockerfile"]));
  if (!files) return std::move(files).error();
  if (auto may = check_may_send(context.engine, credentials_of(request.inputs)); !may) return std::move(may).error();
  // The plan was made for these files; others must not be built under its name.
  const auto hash = engine::context_hash(*context.sources, *files);
  if (!hash) return hash.error();
  if (*hash != text_of(request.inputs["context_hash"])) {
    return Error{.code = "E0607",
                 .message = fmt::format("the files in \"{}\" have changed since the plan was made", folder),
                 .help = "run infra apply again"};
  }
  TarStream tar(*context.sources, *std::move(files));
  auto labels = labels_of_build(context, request);
  BuildLog log(context, labels.size());
  context.say("building from " + folder);
  auto reply = context.engine.stream(
      build_path(request, name, std::move(labels)),
      [&](char* buffer, std::size_t size) { return tar.read(buffer, size); },
      [&](const Value& object) { log.add(object); },
      {.cancel = &context.cancel, .headers = {build_auth(request.inputs)}});
  if (tar.error()) return *tar.error();
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return build_error(context, folder, log, reply->message);
  if (!log.error.empty()) return build_error(context, folder, log, log.error);
  if (log.id.empty()) return build_error(context, folder, log, "the engine ended the build without an image");
  return log.id;
}

namespace {

// Of "1: digest: sha256:… size: 528", which is all that Podman says.
std::string digest_in(const std::string& status) {
  constexpr std::string_view kBefore = "digest: ";
  const auto at = status.find(kBefore);
  if (at == std::string::npos) return {};
  const auto from = at + kBefore.size();
  const auto digest = status.substr(from, status.find(' ', from) - from);
  return digest.starts_with("sha256:") ? digest : std::string();
}

}  // namespace

Result<std::string> push_image(const Context& context, const Value& inputs) {
  const auto repository = text_of(inputs["repository"]);
  const auto tag = text_of(inputs["tag"]);
  const auto credentials = credentials_of(inputs);
  if (auto may = check_may_send(context.engine, credentials); !may) return std::move(may).error();
  std::string problem, digest;
  context.say(fmt::format("pushing {}:{}", repository, tag));
  auto reply = context.engine.stream(
      fmt::format("/images/{}/push?tag={}", repository, http::url_encoded(tag)), {},
      [&](const Value& object) {
        if (auto text = text_of(object["error"]); !text.empty() && problem.empty()) problem = std::move(text);
        if (auto found = text_of(object["aux"]["Digest"]); !found.empty()) digest = std::move(found);
        if (digest.empty()) digest = digest_in(text_of(object["status"]));
      },
      {.cancel = &context.cancel, .headers = {auth_header(credentials, registry::parse_reference(repository).host)}});
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) problem = reply->message;
  if (problem.empty() && digest.empty()) problem = "the engine ended the push without a digest";
  if (!problem.empty())
    return transfer_error(context.engine, fmt::format("{}:{}", repository, tag), problem, credentials.any());
  return digest;
}

}  // namespace infra::nodes
