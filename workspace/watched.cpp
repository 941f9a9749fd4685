#include "workspace/watched.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/hash.h"
#include "workspace/variables.h"

namespace infra {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kNote = "watched.json";

// Where programs keep what must survive a restart and is nobody's document.
fs::path state_root() {
  if (const auto root = environment_variable("XDG_STATE_HOME"); !root.empty()) return fs::path(root) / "infra";
  if (const auto home = environment_variable("HOME"); !home.empty())
    return fs::path(home) / ".local" / "state" / "infra";
  return "/var/lib/infra";
}

std::string without_ends(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  if (text.ends_with(".git")) text.resize(text.size() - 4);
  while (text.ends_with('/')) text.pop_back();
  return text;
}

std::string real_path(const std::string& path) {
  std::error_code missing;  // what isn't there is reported by the attempt to fetch it
  const auto real = fs::weakly_canonical(path, missing);
  auto out = missing ? fs::path(path).lexically_normal() : real;
  // A working copy and its .git are one repository.
  if (out.filename() == ".git") out = out.parent_path();
  return out.string();
}

std::string lower_host(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// user:password@HOST:22/path?query → host/path
std::string distant(std::string text, std::string_view scheme) {
  text.resize(std::min(text.find('?'), text.size()));
  const auto slash = std::min(text.find('/'), text.size());
  auto host = text.substr(0, slash);
  if (const auto at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
  const std::string_view usual = scheme == "ssh" ? ":22" : scheme == "http" ? ":80" : ":443";
  if (host.ends_with(usual)) host.resize(host.size() - usual.size());
  return without_ends(lower_host(host) + text.substr(slash));
}

std::string trimmed_path(std::string path) {
  path = fs::path(path).lexically_normal().generic_string();
  while (path.ends_with('/')) path.pop_back();
  while (path.starts_with('/')) path.erase(0, 1);
  return path == "." ? "" : path;
}

std::optional<WatchedStack> noted(const fs::path& home) {
  std::ifstream in(home / kNote, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const auto json = Json::parse(text.str(), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto word = [&](const char* name) {
    return json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : std::string();
  };
  return WatchedStack{
      .repo = word("repository"), .branch = word("branch"), .path = word("path"), .environment = word("environment")};
}

// The repository that a folder lies in, and where in it.
std::optional<WatchedStack> place_in_repository(const std::string& folder) {
  std::error_code problem;
  const auto real = fs::canonical(folder, problem);
  if (problem) return std::nullopt;
  for (auto root = real;; root = root.parent_path()) {
    const bool bare = fs::is_regular_file(root / "HEAD", problem) && fs::is_directory(root / "objects", problem);
    if (bare || fs::exists(root / ".git", problem)) {
      return WatchedStack{
          .repo = root.string(), .branch = {}, .path = trimmed_path(real.lexically_relative(root).generic_string())};
    }
    if (root == root.parent_path()) return std::nullopt;
  }
}

}  // namespace

std::string repository_identity(const RepoUrl& url) {
  const auto& text = url.fetch;
  const auto scheme_end = text.find("://");
  if (text.starts_with("file://")) return real_path(text.substr(7));
  if (scheme_end != std::string::npos && text.find('/') == scheme_end + 1) {
    return distant(text.substr(scheme_end + 3), text.substr(0, scheme_end));
  }
  if (text.starts_with('/')) return real_path(text);
  // git@host:team/shop.git
  auto scp = text;
  const auto colon = scp.find(':');
  scp.replace(colon, 1, scp.compare(colon + 1, 1, "/") == 0 ? "" : "/");
  return distant(scp, "ssh");
}

fs::path watch_home(const WatchedStack& stack, const std::string& name) {
  const auto key = keyed_hash(
      fmt::format("{}\n{}\n{}\n{}", stack.repo, stack.branch, trimmed_path(stack.path), stack.environment), "watch");
  return state_root() / fmt::format("{}-{}", name, key.substr(0, 8));
}

Result<Ok> note_watched(const fs::path& home, const WatchedStack& stack) {
  const auto failed = [&](const std::string& why) {
    return Error{.code = "E0907",
                 .message = fmt::format("can't write to {}: {}", home.string(), why),
                 .help = "check the folder's permissions, or keep the state elsewhere (--state)"};
  };
  const Json note = {{"repository", stack.repo},
                     {"branch", stack.branch},
                     {"path", trimmed_path(stack.path)},
                     {"environment", stack.environment}};
  if (const auto before = noted(home); before && before->repo == stack.repo && before->branch == stack.branch)
    return Ok{};
  std::error_code problem;
  fs::create_directories(home, problem);
  if (problem) return failed(problem.message());
  std::ofstream out(home / kNote, std::ios::binary | std::ios::trunc);
  out << note.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  out.close();
  if (!out) return failed(std::strerror(errno));
  return Ok{};
}

Result<Ok> find_watched_state(StackOptions& stack) {
  const auto own = (fs::path(stack.folder) / ".infra" / stack.environment.name / "state.db").lexically_normal();
  const bool elsewhere = !stack.state.empty() && fs::path(stack.state).lexically_normal() != own;
  if (elsewhere || !environment_variable("INFRA_STATE").empty()) return Ok{};
  std::error_code ignored;  // what can't be looked at isn't there for this user
  if (fs::exists(own, ignored)) return Ok{};
  const auto here = place_in_repository(stack.folder);
  if (!here) return Ok{};
  std::vector<std::pair<std::string, std::string>> found;  // branch, state
  for (const auto& entry : fs::directory_iterator(state_root(), ignored)) {
    const auto one = noted(entry.path());
    const auto state = entry.path() / "state.db";
    if (!one || one->repo != here->repo || one->path != here->path || one->environment != stack.environment.name)
      continue;
    if (!fs::exists(state, ignored)) continue;
    found.emplace_back(one->branch, state.string());
  }
  if (found.empty()) return Ok{};
  std::sort(found.begin(), found.end());
  if (found.size() > 1) {
    std::string all;
    for (const auto& [branch, state] : found)
      all += fmt::format("{}--state {} (branch {})", all.empty() ? "" : ", ", state, branch);
    return Error{.code = "E0911",
                 .message = fmt::format("`infra watch` follows several branches of the repository {}", here->repo),
                 .help = "say which state is meant: " + all};
  }
  stack.state = found.front().second;
  return Ok{};
}

}  // namespace infra
