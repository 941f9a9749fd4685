#include <algorithm>
#include <array>

#include "manual/guide.h"

namespace infra {
namespace {

struct Topic {
  std::string_view word;
  std::string_view chapter;  // a heading of the guide
};

constexpr auto kTopics = std::to_array<Topic>({
    {"apply", "Applying"},
    {"assert", "Rules"},
    {"else", "Loops and conditions"},
    {"environment", "Environments"},
    {"existing", "What is there already"},
    {"expect", "Tests"},
    {"fn", "Functions"},
    {"for", "Loops and conditions"},
    {"if", "Loops and conditions"},
    {"let", "Names"},
    {"library", "Libraries"},
    {"module", "Modules"},
    {"output", "Outputs"},
    {"param", "Params"},
    {"policy", "Rules"},
    {"rejects", "Tests"},
    {"secrets", "Secrets"},
    {"stack", "A stack"},
    {"test", "Tests"},
    {"type", "Types"},
    {"types", "Types"},
    {"units", "Values"},
    {"use", "Libraries"},
    {"values", "Values"},
    {"with", "Tests"},
});

}  // namespace

std::string guide_topic(std::string_view word) {
  if (word == "guide") return std::string(guide());
  const auto topic = std::ranges::find(kTopics, word, &Topic::word);
  if (topic == kTopics.end()) return {};
  const auto heading = "\n## " + std::string(topic->chapter) + "\n";
  const auto begin = guide().find(heading);
  if (begin == std::string_view::npos) return {};
  const auto end = guide().find("\n## ", begin + heading.size());
  // One heading less: it is the page's own.
  return std::string(guide().substr(begin + 2, end == std::string_view::npos ? end : end - begin - 1));
}

std::vector<std::string> guide_topics() {
  std::vector<std::string> out{"guide"};
  for (const auto& topic : kTopics) out.emplace_back(topic.word);
  std::ranges::sort(out);
  return out;
}

}  // namespace infra
