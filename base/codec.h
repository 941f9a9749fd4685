// Values as JSON. Two forms: lossless for state and plan files, plain for people and their tools.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace infra {

// Lossless, canonical (sorted keys, no spaces): Bytes are {"$bytes":n}, a Ref
// {"$ref":"image.web","attribute":"digest"}. A secret becomes {"$secret":"<keyed hash>"}: never its text. `key` is the
// state's lineage.
std::string to_json(const Value& value, std::string_view key);
// A {"$secret"} comes back as Secret of a string "hash:<hash>", good for comparing only.
Result<Value> from_json(std::string_view json);

// What a user of --json expects: "512MiB", "10.0.0.0/16", true, ["a"]; secrets "***", unknown null.
std::string to_plain_json(const Value& value);
// Plain JSON to values: objects are maps, whole numbers Int. For --values files and outputs of engines.
Result<Value> from_plain_json(std::string_view json);

// text as a JSON string with its quotes; invalid UTF-8 is replaced.
std::string json_quote(std::string_view text);

}  // namespace infra
