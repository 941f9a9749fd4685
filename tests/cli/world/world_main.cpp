// world FILE list                 the objects of a simulated world, one a line
// world FILE id ADDRESS           its id
// world FILE disown ADDRESS       takes its labels off, as if somebody else had made it
// world FILE remove|stop ADDRESS  what `docker rm -f` and `docker kill` do to a real one
#include <fmt/format.h>

#include <string_view>

#include "providers/simulator/world.h"

namespace {

using infra::simulator::World;
using infra::simulator::WorldObject;

int fail(const infra::Error& error) {
  fmt::print(stderr, "{}\n", error.text());
  return 1;
}

int list(const std::vector<WorldObject>& objects) {
  std::vector<std::string> lines;
  for (const auto& object : objects) lines.push_back(object.address.text());
  std::sort(lines.begin(), lines.end());
  for (const auto& line : lines) fmt::print("{}\n", line);
  return 0;
}

int change(World& world, const std::vector<WorldObject>& objects, std::string_view verb, const std::string& address) {
  for (const auto& object : objects) {
    if (object.address.text() != address) continue;
    if (verb == "id") return fmt::print("{}\n", object.id), 0;
    const auto done = verb == "disown" ? world.disown(object.id)
                      : verb == "stop" ? world.stop(object.id)
                                       : world.remove(object.id);
    return done ? 0 : fail(done.error());
  }
  fmt::print(stderr, "there is no {}\n", address);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool listing = words.size() == 2 && words[1] == "list";
  const bool changing =
      words.size() == 3 && (words[1] == "remove" || words[1] == "stop" || words[1] == "id" || words[1] == "disown");
  if (!listing && !changing) {
    fmt::print(stderr, "usage: world FILE list|(id|disown|remove|stop) ADDRESS\n");
    return 2;
  }
  World world(words[0]);
  const auto objects = world.objects();
  if (!objects) return fail(objects.error());
  return listing ? list(*objects) : change(world, *objects, words[1], words[2]);
}
