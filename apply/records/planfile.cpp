#include "apply/records/planfile.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/durable_write.h"
#include "base/hash.h"
#include "planner/render/render.h"

namespace infra {
namespace {

using PlanJson = nlohmann::json;

// Of the files' texts alone: neither where the folder lies nor what a file is called changes what is declared.
std::string configuration_digest(const SourceMap& sources) {
  std::vector<std::string> texts;
  for (FileId id = 0; id < sources.size(); ++id) texts.push_back(keyed_hash(sources.file(id).text, ""));
  std::sort(texts.begin(), texts.end());
  return keyed_hash(fmt::format("{}", fmt::join(texts, " ")), "");
}

// Digests are keyed by the lineage, so that nobody can guess a secret by its digest.
std::string digest_as_in(const std::string& lineage, const Plan& plan) {
  if (lineage == plan.lineage) return plan_digest(plan);
  Plan same = plan;
  same.lineage = lineage;
  return plan_digest(same);
}

// Of each param by itself, so that a refusal can name it.
std::map<std::string, std::string> digests_of(const Value& params, const std::string& lineage) {
  std::map<std::string, std::string> out;
  if (params.map() == nullptr) return out;
  for (const auto& [name, value] : *params.map()) out.emplace(name, spec_hash(value, lineage));
  return out;
}

std::map<std::string, std::string> reality_of(const Observation& observed) {
  std::map<std::string, std::string> out;
  for (const auto& object : observed.objects) {
    out[fmt::format("{} {}", object.address.text(), object.id)] = fmt::format(
        "{} on {}, {}", object.type, object.platform, is_fine(object.health) ? "fine" : to_text(object.health.now));
  }
  return out;
}

Error file_fault(const std::string& what, const std::string& path, int error) {
  return {.code = "E0710", .message = fmt::format("the plan can't be {} \"{}\": {}", what, path, std::strerror(error))};
}

Error stale(std::string moved) {
  return {.code = "E0709",
          .message = "the saved plan no longer fits: " + std::move(moved),
          .help = "make a new plan, look at it, and apply that one"};
}

// In clear: what it takes to find the key. The box belongs to these words.
PlanJson header_of(const PlanFile& file) {
  return {{"format", PlanFile::kFormat}, {"infra", file.version}, {"folder", file.folder}, {"state", file.state}};
}

std::string place_of(const PlanJson& header) {
  return fmt::format("saved plan {} {}", header.at("folder").dump(), header.at("state").dump());
}

Result<std::string> file_text(const PlanFile& file, Keyring& keys, Keyring::Missing missing) {
  const auto key = keys.present();
  if (!key) return key.error();
  if (!*key && file.secrets.empty()) return to_json(file);
  auto header = header_of(file);
  auto box = keys.seal(to_json(file), place_of(header), missing);
  if (!box) return std::move(box).error();
  header["encrypted"] = *std::move(box);
  return header.dump(2, ' ', false, PlanJson::error_handler_t::replace) + "\n";
}

Result<PlanFile> opened(const std::string& text, const FindKeys& find_keys) {
  const auto header = PlanJson::parse(text, nullptr, false);
  const auto is_text = [&](const char* name) { return header.contains(name) && header[name].is_string(); };
  if (!header.is_object() || !is_text("encrypted") || !is_text("folder") || !is_text("state")) {
    return plan_file_from_json(text);
  }
  const auto keys = find_keys(header["folder"].get<std::string>(), header["state"].get<std::string>());
  auto inside = keys->open(header["encrypted"].get<std::string>(), place_of(header));
  if (!inside) {
    auto error = std::move(inside).error();
    error.help = "give the key that the plan was encrypted with, or make a new plan";
    return error;
  }
  return plan_file_from_json(*inside);
}

struct Words {
  const char* of;  // in front of each name
  bool values;     // may be shown
};

}  // namespace

PlanFile make_plan_file(const Session& session, const PlanRequest& request, const Prepared& prepared,
                        std::string version) {
  PlanFile out{.version = std::move(version),
               .environment = session.environment,
               .stack = prepared.plan.stack,
               .lineage = prepared.plan.lineage,
               .serial = prepared.plan.serial,
               .targets = request.targets,
               .destroy = request.destroy,
               .replace = request.replace,
               .exclude = request.exclude,
               .refresh_only = request.refresh_only,
               .digest = plan_digest(prepared.plan),
               .configuration = configuration_digest(prepared.compiled.sources)};
  for (const auto& [name, value] : session.params) {
    out.params.emplace(name, value.text);
    if (prepared.compiled.graph->params[name].has_secret()) out.secrets.push_back(name);
  }
  out.values = digests_of(prepared.compiled.graph->params, out.lineage);
  out.reality = reality_of(prepared.observed);
  return out;
}

std::string to_json(const PlanFile& file) {
  return PlanJson{{"format", PlanFile::kFormat},
                  {"infra", file.version},
                  {"folder", file.folder},
                  {"state", file.state},
                  {"environment",
                   {{"name", file.environment.name},
                    {"platform", file.environment.platform},
                    {"protect", file.environment.protect}}},
                  {"revision", file.revision},
                  {"text", file.text},
                  {"plan", file.plan},
                  {"stack", file.stack},
                  {"lineage", file.lineage},
                  {"serial", file.serial.value},
                  {"params", file.params},
                  {"secrets", file.secrets},
                  {"targets", file.targets},
                  {"destroy", file.destroy},
                  {"replace", file.replace},
                  {"exclude", file.exclude},
                  {"refresh_only", file.refresh_only},
                  {"digest", file.digest},
                  {"configuration", file.configuration},
                  {"values", file.values},
                  {"reality", file.reality}}
             .dump(2, ' ', false, PlanJson::error_handler_t::replace) +
         "\n";
}

Result<PlanFile> plan_file_from_json(std::string_view text) {
  try {
    const auto json = PlanJson::parse(text);
    if (const int format = json.at("format").get<int>(); format != PlanFile::kFormat) {
      return Error{
          .code = "E0710",
          .message = fmt::format("the saved plan has format {}, this infra reads {}", format, PlanFile::kFormat),
          .help = "make the plan with the same version of infra that applies it"};
    }
    return PlanFile{.version = json.at("infra").get<std::string>(),
                    .folder = json.value("folder", ""),
                    .state = json.value("state", ""),
                    .environment = {.name = json.at("environment").at("name").get<std::string>(),
                                    .platform = json.at("environment").at("platform").get<std::string>(),
                                    .protect = json.at("environment").at("protect").get<bool>()},
                    .revision = json.at("revision").get<std::uint64_t>(),
                    .stack = json.at("stack").get<std::string>(),
                    .lineage = json.at("lineage").get<std::string>(),
                    .serial = {json.at("serial").get<std::uint64_t>()},
                    .params = json.at("params").get<std::map<std::string, std::string>>(),
                    .secrets = json.at("secrets").get<std::vector<std::string>>(),
                    .targets = json.at("targets").get<std::vector<std::string>>(),
                    .destroy = json.at("destroy").get<bool>(),
                    .replace = json.value("replace", std::vector<std::string>{}),
                    .exclude = json.value("exclude", std::vector<std::string>{}),
                    .refresh_only = json.value("refresh_only", false),
                    .digest = json.at("digest").get<std::string>(),
                    .configuration = json.at("configuration").get<std::string>(),
                    .values = json.at("values").get<std::map<std::string, std::string>>(),
                    .reality = json.at("reality").get<std::map<std::string, std::string>>(),
                    .text = json.at("text").get<std::string>(),
                    .plan = json.at("plan").get<std::string>()};
  } catch (const PlanJson::exception&) {
    return Error{.code = "E0710",
                 .message = "this is not a saved plan",
                 .help = "give `infra apply` a folder, or a file that `infra plan --out` wrote"};
  }
}

Result<Ok> write_plan_file(const std::string& path, const PlanFile& file, Keyring& keys, Keyring::Missing missing) {
  auto text = file_text(file, keys, missing);
  if (!text) return std::move(text).take_error("encrypting the plan");
  const auto beside = fmt::format("{}.{}", path, random_token(8));
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return file_fault("written to", path, errno);
  int error = write_durably(fd, *text) ? 0 : errno;
  ::close(fd);
  if (error == 0 && std::rename(beside.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return Ok{};
  ::unlink(beside.c_str());
  return file_fault("written to", path, error);
}

Result<PlanFile> read_plan_file(const std::string& path, const FindKeys& find_keys) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || in.bad()) return file_fault("read from", path, errno == 0 ? EIO : errno);
  auto file = opened(text.str(), find_keys);
  if (!file) return std::move(file).take_error(fmt::format("reading \"{}\"", path));
  return file;
}

namespace {

// What differs between two maps, in words.
void compare(const std::map<std::string, std::string>& before, const std::map<std::string, std::string>& now,
             std::vector<std::string>& moved, const Words& words) {
  for (const auto& [name, value] : before) {
    const auto at = now.find(name);
    if (at == now.end()) {
      moved.push_back(fmt::format("{}{} is gone", words.of, name));
    } else if (at->second != value) {
      moved.push_back(words.values ? fmt::format("{}{} was {} and is {}", words.of, name, value, at->second)
                                   : fmt::format("{}{} has another value", words.of, name));
    }
  }
  for (const auto& [name, value] : now) {
    if (!before.contains(name)) moved.push_back(fmt::format("{}{} is new", words.of, name));
  }
}

std::string list_of(const std::vector<std::string>& moved) {
  constexpr std::size_t kMost = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(moved.size(), kMost); ++i) out += (i == 0 ? "" : "; ") + moved[i];
  if (moved.size() > kMost) out += fmt::format("; and {} more", moved.size() - kMost);
  return out;
}

}  // namespace

Result<Ok> check_fresh(const PlanFile& file, const Prepared& prepared) {
  const auto& plan = prepared.plan;
  if (file.stack != plan.stack) return stale(fmt::format("it is of stack \"{}\", not \"{}\"", file.stack, plan.stack));
  // A state that nothing was ever written to has no lineage yet: whoever looks at it gets a new one.
  const bool new_state = file.serial == Serial{} && plan.serial == Serial{};
  if (!new_state && file.lineage != plan.lineage) return stale("it was made from another state");
  std::vector<std::string> moved;
  if (file.configuration != configuration_digest(prepared.compiled.sources)) {
    moved.emplace_back("the configuration has changed since");
  }
  compare(file.values, digests_of(prepared.compiled.graph->params, file.lineage), moved,
          {.of = "param ", .values = false});
  if (file.serial != plan.serial) {
    moved.push_back(fmt::format("the state has changed since (it was at {}, now it is at {})", file.serial.value,
                                plan.serial.value));
  }
  compare(file.reality, reality_of(prepared.observed), moved, {.of = "", .values = true});
  if (!moved.empty()) return stale(list_of(moved));
  if (file.digest != digest_as_in(file.lineage, plan)) {
    return stale("reality has changed since, so the plan would be another one");
  }
  return Ok{};
}

}  // namespace infra
