// Secrets on command lines.
#include <algorithm>

#include "importers/credentials.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

bool has(const std::vector<std::string>& words, std::string_view part) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return word.find(part) != std::string::npos; });
}

class CommandLine {
 public:
  explicit CommandLine(const std::vector<std::string>& words)
      : words_(words),
        mysql_(has(words, "mysql") || has(words, "mariadb")),
        mongo_(has(words, "mongo")),
        redis_(has(words, "redis-cli") || has(words, "valkey-cli")),
        curl_(has(words, "curl")) {}

  [[nodiscard]] std::vector<Part> of(std::size_t index) const {
    const auto& word = words_[index];
    if (index > 0 && takes_secret(words_[index - 1]) && !word.starts_with('-') && !word.empty())
      return {{0, word.size()}};
    if (index > 0 && curl_ && (words_[index - 1] == "-u" || words_[index - 1] == "--user")) return behind(word, ':');
    if (mysql_ && word.size() > 2 && word.starts_with("-p") && word[2] != '-') return {{2, word.size()}};
    // --password=…, -Dkey.password=…, PASSWORD=…
    const auto equals = word.find('=');
    if (equals != std::string::npos && names_secret(std::string_view(word).substr(0, equals))) {
      const auto value = std::string_view(word).substr(equals + 1);
      if (!value.empty() && !is_no_secret(word.substr(0, equals), value)) return {{equals + 1, word.size()}};
    }
    return credentials_in(word);
  }

 private:
  [[nodiscard]] bool takes_secret(const std::string& option) const {
    if (!option.starts_with('-') || option.find('=') != std::string::npos) return false;
    if (option == "-a" || option == "--pass") return redis_ || option == "--pass";
    if (option == "-p") return mongo_;
    return option.size() > 2 && names_secret(option);
  }

  static std::vector<Part> behind(const std::string& word, char sign) {
    const auto at = word.find(sign);
    if (at == std::string::npos || at + 1 == word.size()) return {};
    return {{at + 1, word.size()}};
  }

  const std::vector<std::string>& words_;
  bool mysql_, mongo_, redis_, curl_;
};

}  // namespace

std::vector<std::vector<Part>> credentials_of_command(const std::vector<std::string>& words) {
  const CommandLine line(words);
  std::vector<std::vector<Part>> out;
  for (std::size_t i = 0; i < words.size(); ++i) out.push_back(line.of(i));
  return out;
}

std::vector<Part> credentials_of_script(std::string_view script) {
  constexpr std::string_view kBetween = " \t\n;|&()\"'`";
  std::vector<std::string> words;
  std::vector<std::size_t> begins;
  for (auto begin = script.find_first_not_of(kBetween); begin != std::string_view::npos;) {
    const auto end = std::min(script.find_first_of(kBetween, begin), script.size());
    words.emplace_back(script.substr(begin, end - begin));
    begins.push_back(begin);
    begin = script.find_first_not_of(kBetween, end);
  }
  std::vector<Part> out;
  const auto found = credentials_of_command(words);
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& [begin, end] : found[i]) {
      if (words[i][begin] != '$') out.push_back({begins[i] + begin, begins[i] + end});
    }
  }
  return out;
}

}  // namespace infra::importing
