// docs/guide.md, as it was when the program was built: the language in an hour's read, by chapter.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace infra {

std::string_view guide();

// The chapter about a word of the language ("param", "for"), or all of it for "guide"; empty for an unknown word.
std::string guide_topic(std::string_view word);
// The words that have a chapter, sorted.
std::vector<std::string> guide_topics();

}  // namespace infra
