// History: every apply is a revision, which can be looked at and returned to. Plain values, no I/O.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "state/state.h"

namespace infra {

// A file that a revision was compiled from. Texts are kept once for each content, by hash.
struct SourceRecord {
  std::string path;  // in the stack's folder
  std::string hash;  // SHA-256 of its content, in hex
  bool executable = false;
  bool symlink = false;
  bool kept = true;  // false: a file of a build context, of which the hash is all that is kept
  std::uint64_t size = 0;
  friend bool operator==(const SourceRecord&, const SourceRecord&) = default;
};
using SourceTexts = std::map<std::string, std::string>;  // by hash

struct Revision {
  enum class Result { running, succeeded, failed, interrupted };
  std::uint64_t number = 0;  // 1, 2, …; given by the store
  Result result = Result::running;
  std::string started, finished;  // RFC 3339; finished is empty while it runs, or if it was killed
  LockHolder by;
  std::string stack;
  std::string commit;                 // of the repository that it came from; empty if unknown
  Serial before, after;               // of the state
  std::string plan;                   // JSON: [["create", "service.api"], …]: what it set out to do
  std::string params;                 // JSON: texts by name, as they were given; null for a secret
  std::vector<SourceRecord> sources;  // sorted by path
  friend bool operator==(const Revision&, const Revision&) = default;
};
std::string_view to_text(Revision::Result result);

}  // namespace infra
