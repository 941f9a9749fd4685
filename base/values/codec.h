// Values as JSON. Two forms: lossless for state and plan files, plain for people and their tools.
#pragma once
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"
#include "base/values/value.h"

namespace infra {

// Lossless, canonical (sorted keys, no spaces): Bytes are {"$bytes":n}, a Ref
// {"$ref":"image.web","attribute":"digest"}. A secret becomes {"$secret":"<keyed hash>"}: never its text.
std::string to_json(const Value& value, const HashKey& key);
// A {"$secret"} comes back as hashed_secret: good for comparing only.
Result<Value> from_json(std::string_view json);

// A Secret of which only the hash is known. It is a text that is no UTF-8, so no user's secret looks like it.
Value hashed_secret(std::string_view hash);
// What stands for a secret in to_json: its hash. `inner` is what is inside of the Secret.
std::string secret_hash(const Value& inner, const HashKey& key);

// Does this lossless JSON hold a secret's hash?
bool holds_secret(std::string_view json);
// The same JSON as if it had been written with this HashKey::secret, from one that was written without.
Result<std::string> with_secret_part_inside(std::string_view json, std::string_view secret_part);

// What a user of --json expects: "512MiB", "10.0.0.0/16", true, ["a"]; secrets "***", unknown null.
std::string to_plain_json(const Value& value);
// Plain JSON to values: objects are maps, whole numbers Int. For --values files and outputs of engines.
Result<Value> from_plain_json(std::string_view json);

// text as a JSON string with its quotes; invalid UTF-8 is replaced.
std::string json_quote(std::string_view text);

}  // namespace infra
