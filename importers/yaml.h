// YAML → JSON, bounded: aliases are copied, so a small file could become a huge
// value.
#pragma once
#include "base/result.h"
#include "importers/section.h"

namespace infra::importing {

// Merge keys (<<) are merged. E0910 if it isn't YAML, is too large or too deep, or if something would be lost: a second
// document, a key that stands there twice.
Result<Json> parse_yaml(const std::string& text, const std::string& name);
// The documents of a file, as `---` parts them; JSON is YAML, too.
Result<std::vector<Json>> parse_yaml_documents(const std::string& text, const std::string& name);
Result<Json> parse_json(const std::string& text, const std::string& name);

}  // namespace infra::importing
