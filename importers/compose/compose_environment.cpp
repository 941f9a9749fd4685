// The variables of a container: `environment` and `env_file`.
#include <fmt/format.h>

#include <algorithm>

#include "importers/compose/compose_file.h"
#include "importers/compose/compose_segments.h"

namespace infra::importing {
namespace {

struct Entry {
  std::string name;
  std::optional<std::string> value;  // nothing: handed on
  std::string place;
};

class EnvironmentReader {
 public:
  EnvironmentReader(Section& service, ComposeService& out, ComposeContext& context)
      : service_(service), out_(out), context_(context) {}

  void run() {
    read_files();
    for (auto& [name, value] : pairs_of(service_, "environment"))
      put({.name = name, .value = std::move(value), .place = service_.below("environment") + "." + name});
    for (const auto& entry : entries_) add(entry);
  }

 private:
  // What stands later counts; `environment` more than files.
  void put(Entry entry) {
    const auto same = [&](const Entry& other) { return other.name == entry.name; };
    const auto before = std::find_if(entries_.begin(), entries_.end(), same);
    if (before == entries_.end())
      entries_.push_back(std::move(entry));
    else
      *before = std::move(entry);
  }

  void read_files() {
    const auto* files = service_.take("env_file");
    if (files == nullptr) return;
    for (const auto& one : files->is_array() ? *files : Json::array({*files})) {
      const bool described = one.is_object() && one.contains("path");
      const auto written = described ? text_of(one["path"]) : text_of(one);
      const bool optional = described && one.contains("required") && one["required"] == false;
      const auto path = context_.variables.fixed(written, service_.below("env_file"));
      if (path) read_file(*path, optional);
    }
  }

  void read_file(const std::string& path, bool optional) {
    const auto text = context_.read_file ? context_.read_file(path) : std::nullopt;
    if (!text) {
      if (optional && context_.read_file) return;
      return service_.note("env_file",
                           fmt::format("{}: the file isn't there: put its variables into `env`, and those that "
                                       "are secret into `secrets`",
                                       path));
    }
    auto entries = parse_dotenv(*text, path);
    if (!entries) return service_.note("env_file", entries.error().message);
    for (auto& [name, value] : *entries)
      put({.name = name,
           .value = std::move(value),
           .place = fmt::format("{}.{}.{}", service_.below("env_file"), path, name)});
  }

  void add(const Entry& entry) {
    bool secret = false;
    auto expression = entry.value ? value_of(entry, secret) : context_.variables.handed_on(entry.name, secret);
    (secret ? out_.secrets : out_.env).emplace_back(entry.name, std::move(expression));
  }

  std::string value_of(const Entry& entry, bool& secret) {
    const auto text = parse_template(*entry.value);
    if (text.odd) context_.notes.add(entry.place, "it has a `${` that begins no variable; it stays as text");
    note_template(*entry.value, entry.place, context_);
    const auto doc = fmt::format("{} of the service {}; its value is in the Compose file.", entry.name, out_.name);
    const auto segments = segments_of(text, credentials_of(entry.name, masked(text)),
                                      {.variable = entry.name, .part = entry.name + "_PASSWORD", .doc = doc},
                                      entry.place, context_.variables);
    secret = has_secret(segments);
    return expression_of(segments, entry.place, context_.variables);
  }

  Section& service_;
  ComposeService& out_;
  ComposeContext& context_;
  std::vector<Entry> entries_;
};

}  // namespace

void read_environment(Section& service, ComposeService& out, ComposeContext& context) {
  EnvironmentReader(service, out, context).run();
  for (const auto& config : service.texts_of("configs", "source")) {
    service.note("configs", fmt::format("{}: the file isn't there: put it into the image", config));
  }
}

}  // namespace infra::importing
