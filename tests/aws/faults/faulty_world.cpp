#include "tests/aws/faults/faulty_world.h"

#include <filesystem>
#include <stdexcept>

#include "base/values/codec.h"

namespace infra::testing {

FaultyWorld::FaultyWorld(const std::string& stack, int speed) : world_(speed) {
  std::filesystem::copy(INFRA_SOURCE_DIR "/tests/aws/stacks/" + stack, folder_ / "stack",
                        std::filesystem::copy_options::recursive);
}

RunResult FaultyWorld::shell(const std::string& script) const {
  std::vector<std::string> command{"env", "-i", "-C", folder_ / "stack", "HOME=" + (folder_ / "")};
  for (const auto& [name, value] : world_.environment()) command.push_back(name + "=" + value);
  command.insert(command.end(), {"bash", "-c", script});
  return run(command);
}

RunResult FaultyWorld::killed_after(int changes, const std::string& arguments) const {
  const auto told = R"(python3 $WORLD_TOOLS/ask.py $WORLD/faults '{"kill": {"after": )" + std::to_string(changes) +
                    R"(, "pid": '$$'}}' > /dev/null; exec infra )" + arguments;
  return shell(told);
}

std::string FaultyWorld::ask(const std::string& what, const std::string& json) const {
  const auto answer = shell("python3 $WORLD_TOOLS/ask.py $WORLD/" + what + (json.empty() ? "" : " '" + json + "'"));
  if (answer.code != 0) throw std::runtime_error("the world doesn't answer: " + answer.output + world_.log());
  return answer.output;
}

std::map<std::string, std::size_t> FaultyWorld::counts() const {
  const auto all = from_plain_json(snapshot());
  if (!all || all->map() == nullptr) throw std::runtime_error("the world's snapshot can't be read");
  std::map<std::string, std::size_t> out;
  for (const auto& [name, things] : *all->map()) out[name] = things.list() != nullptr ? things.list()->size() : 0;
  return out;
}

}  // namespace infra::testing
