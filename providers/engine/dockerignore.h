// Which files of a build context a .dockerignore leaves out: the rules of the docker command's own matcher.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace infra::engine {

class DockerIgnore {
 public:
  DockerIgnore() = default;
  explicit DockerIgnore(std::string_view text);
  // `path` is relative to the context. The last pattern that matches it, or one of its folders, decides.
  [[nodiscard]] bool ignores(std::string_view path) const;

 private:
  struct Pattern {
    std::string glob;
    bool keep = false;  // began with '!'
  };
  std::vector<Pattern> patterns_;
};

// '*' and '?' within a name, "**" over any number of folders, [a-z] classes, '\' for the next character itself.
bool glob_matches(std::string_view glob, std::string_view path);

}  // namespace infra::engine
