// Targets for answers of engines and registries. They go through the whole provider, over a real connection, so that
// everything that reads an answer is covered.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

#include "providers/nodes/nodes.h"
#include "providers/registry/registry_client.h"
#include "tests/fuzz/fuzz_targets.h"
#include "tests/support/http_server.h"

namespace infra {
namespace {

using testing::HttpAnswer;
using testing::HttpAsked;
using testing::HttpServer;

void must(bool holds, const char* what, const Error& error) {
  if (holds) return;
  std::fprintf(stderr, "this doesn't hold: %s: %s\n", what, error.text().c_str());
  std::abort();
}

void check_error(const Error& error) {
  must(error.code != "E0999", "no bug", error);
  must(error.message.size() < 10'000, "a message fits a screen", error);
}

// Gives every request the same answer: the input's first byte says the status, the second the content type.
class Echo {
 public:
  Echo() : server_([this](const HttpAsked& asked) { return answer(asked); }) {}
  void set(std::string_view input) {
    const std::lock_guard lock(mutex_);
    input_ = input;
  }
  [[nodiscard]] std::string address() const { return server_.address(); }

 private:
  HttpAnswer answer(const HttpAsked& asked) {
    if (asked.path == "/_ping") return {.headers = {"Api-Version: 1.43"}, .body = "OK"};
    static constexpr int kStatuses[] = {200, 201, 202, 204, 302, 401, 404, 500};
    static constexpr const char* kTypes[] = {"application/json", "text/html", "application/octet-stream",
                                             "application/vnd.oci.image.manifest.v1+json"};
    const std::lock_guard lock(mutex_);
    const auto first = input_.empty() ? '0' : input_[0], second = input_.size() < 2 ? '0' : input_[1];
    return {.status = kStatuses[static_cast<unsigned char>(first) % 8],
            .headers = {std::string("Content-Type: ") + kTypes[static_cast<unsigned char>(second) % 4],
                        "WWW-Authenticate: " + header_of(input_)},
            .body = input_.substr(std::min<std::size_t>(2, input_.size()))};
  }
  // The first line of the body, as far as a header can hold it.
  static std::string header_of(const std::string& input) {
    std::string out;
    for (const char c : input.substr(std::min<std::size_t>(2, input.size()), 200)) {
      if (c == '\n') break;
      if (c >= ' ' && c < 0x7F) out += c;
    }
    return out;
  }
  std::mutex mutex_;
  std::string input_;
  HttpServer server_;
};

Echo& echo() {
  static Echo one;
  return one;
}

}  // namespace

void fuzz_engine(std::string_view input) {
  auto& engine = echo();
  engine.set(input);
  const Value node = Map(std::vector<Entry>{{"endpoint", "tcp://" + engine.address()}});
  PlatformDecl platform{.name = "here",
                        .kind = "nodes",
                        .config = Map(std::vector<Entry>{{"node", Map(std::vector<Entry>{{"a", node}})}})};
  auto provider =
      nodes_platform()->connect({.owner = {.stack = "s", .lineage = "l"}, .platform = platform, .sources = nullptr});
  if (!provider) return check_error(provider.error());
  const auto seen = (*provider)->observe({});
  if (!seen) return check_error(seen.error());
  for (const auto& unreachable : seen->unreachable) check_error(unreachable.error);
  for (const auto* type : {"container", "network"}) {
    if (const auto found = (*provider)->read(type, "x", {}); !found) check_error(found.error());
  }
}

void fuzz_registry(std::string_view input) {
  auto& registry = echo();
  registry.set(input);
  const registry::RegistryClient client({.endpoint = registry.address(), .insecure = true});
  if (const auto ready = client.check(); !ready) check_error(ready.error());
  if (const auto tags = client.tags("web"); !tags) check_error(tags.error());
  if (const auto digest = client.digest("web", "1"); !digest) check_error(digest.error());
  const auto manifest = client.manifest("web", "1");
  if (!manifest) return check_error(manifest.error());
  if (!*manifest) return;
  if (const auto labels = client.labels("web", **manifest); !labels) check_error(labels.error());
}

}  // namespace infra
