#include "tests/fuzz/git_trees.h"

#include <fmt/format.h>
#include <git2.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <vector>

#include "git/git_tree.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "this doesn't hold: %s\n", what);
  std::abort();
}

// A bare repository that is made anew before it grows large.
class Workshop {
 public:
  Workshop() {
    git_libgit2_init();
    std::string name = (fs::temp_directory_path() / "infra-fuzz-XXXXXX").string();
    must(::mkdtemp(name.data()) != nullptr, "a folder for the repository");
    folder_ = name;
    open();
  }
  ~Workshop() {
    git_repository_free(repository_);
    std::error_code failed;
    fs::remove_all(folder_, failed);
    git_libgit2_shutdown();
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  void begin() {
    constexpr int kMost = 500;
    if (++used_ < kMost) return;
    used_ = 0;
    git_repository_free(repository_);
    std::error_code failed;
    fs::remove_all(copy(), failed);
    open();
  }
  [[nodiscard]] std::string copy() const { return (folder_ / "copy.git").string(); }
  git_oid write(std::string_view bytes, git_object_t type) {
    git_odb* objects = nullptr;
    must(git_repository_odb(&objects, repository_) == 0, "an object database");
    git_oid id{};
    must(git_odb_write(&id, objects, bytes.data(), bytes.size(), type) == 0, "an object is written");
    git_odb_free(objects);
    return id;
  }

 private:
  void open() { must(git_repository_init(&repository_, copy().c_str(), 1) == 0, "a repository"); }
  fs::path folder_;
  git_repository* repository_ = nullptr;
  int used_ = 0;
};

std::string raw(const git_oid& id) { return {reinterpret_cast<const char*>(id.id), GIT_OID_RAWSZ}; }

// Without its objects' names in place of "%0" to "%9".
std::string filled_in(std::string_view text, const std::vector<git_oid>& known) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool names = text[i] == '%' && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
    if (!names) {
      out += text[i];
      continue;
    }
    const auto which = static_cast<std::size_t>(text[++i] - '0');
    out += which < known.size() ? raw(known[which]) : std::string(GIT_OID_RAWSZ, '\x11');
  }
  return out;
}

void must_lie_inside(const std::string& path) {
  const auto inside = normal_path(path);
  must(inside && *inside == path, "a path that leads nowhere else");
  must(path.find(".git/") == std::string::npos && !path.ends_with("/.git"), "no path into git's own folder");
}

void read_all(const GitTree& tree) {
  if (const auto files = tree.list("")) {
    for (const auto& file : *files) {
      must_lie_inside(file.path);
      if (const auto text = tree.read(file.path); !text) must(!text.error().code.empty(), "a code");
    }
  } else {
    must(!files.error().code.empty(), "a code");
  }
  if (const auto names = tree.root_files(".infra")) {
    for (const auto& name : *names) must_lie_inside(name);
  }
  for (const auto* path : {"a", "../a", "a/../../b", ".git/config", "a/b/c/d", "/etc/passwd", ""}) {
    (void)tree.list(path).ok();
    (void)tree.read(path).ok();
  }
}

}  // namespace

void fuzz_git_tree(std::string_view input) {
  static Workshop workshop;
  workshop.begin();
  std::vector<git_oid> known;
  std::optional<git_oid> top;
  while (!input.empty() && known.size() < 10) {
    const auto end = std::min(input.find("\n--\n"), input.size());
    const auto part = input.substr(0, end);
    input.remove_prefix(std::min(end + 4, input.size()));
    if (part.empty()) continue;
    const bool tree = part.front() == 't';
    known.push_back(workshop.write(filled_in(part.substr(1), known), tree ? GIT_OBJECT_TREE : GIT_OBJECT_BLOB));
    if (tree) top = known.back();
  }
  if (!top) return;
  char hex[GIT_OID_HEXSZ + 1];
  git_oid_tostr(hex, sizeof hex, &*top);
  const auto commit = workshop.write(
      fmt::format("tree {}\nauthor a <a@b> 0 +0000\ncommitter a <a@b> 0 +0000\n\nm\n", hex), GIT_OBJECT_COMMIT);
  git_oid_tostr(hex, sizeof hex, &commit);
  GitTreeOptions options{.copy = workshop.copy(), .commit = hex, .folder = "", .limits = {}};
  options.limits = {.file = 1 << 16, .files = 1000, .depth = 16};
  const auto opened = GitTree::open(options);
  if (!opened) return must(!opened.error().code.empty(), "a code");
  read_all(**opened);
}

std::string hostile_tree(unsigned seed) {
  static const std::vector<std::string> kNames = {"..",
                                                  ".",
                                                  ".git",
                                                  ".GIT",
                                                  "git~1",
                                                  ".infra",
                                                  "a",
                                                  "a.infra",
                                                  "b",
                                                  "a/b",
                                                  "../x",
                                                  "a\\b",
                                                  "",
                                                  std::string(300, 'x'),
                                                  "\xff\xfe",
                                                  "\x1b[31m",
                                                  "\xe2\x80\xaeinfra",
                                                  "CON",
                                                  "a ",
                                                  "main.infra",
                                                  "a\nb",
                                                  "%1"};
  static const std::vector<std::string> kModes = {"100644", "100755",    "40000", "120000", "160000",
                                                  "0",      "777777777", "40755", "x",      ""};
  static const std::vector<std::string> kTargets = {"..",        "../..",       "/etc/passwd",          "a", "b", ".",
                                                    "a/../../x", ".git/config", std::string(5000, 'y'), ""};
  std::mt19937 dice(seed);
  const auto pick = [&](const auto& from) { return from[dice() % from.size()]; };
  std::string out;
  for (int i = 0; i < 4; ++i) out += "b" + pick(kTargets) + "\n--\n";
  for (unsigned i = 4; i < 10; ++i) {
    out += "t";
    for (unsigned n = dice() % 8; n > 0; --n) {
      // A tree is named by its content, so none can hold itself; what isn't there yet is missing.
      out += fmt::format("{} {}", pick(kModes), pick(kNames)) + '\0' + fmt::format("%{}", dice() % (i + 1));
    }
    if (dice() % 6 == 0) out += pick(kNames);
    out += "\n--\n";
  }
  return out;
}

}  // namespace infra
