// What must hold for any bytes. Each aborts if it doesn't; time and memory are the fuzzer's to watch.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/values/platform_table.h"

namespace infra {

// Serves everything, so that nothing is left unchecked.
class EveryPlatform : public PlatformTable {
 public:
  bool serves(std::string_view /*platform*/, std::string_view /*kind*/) const override { return true; }
  bool reads(std::string_view /*platform*/, std::string_view /*kind*/) const override { return true; }
  std::vector<std::string> platform_kinds() const override { return {"nodes", "simulator"}; }
};

void fuzz_parse(std::string_view input);    // lexer and parser: no crash, and every message can be shown
void fuzz_format(std::string_view input);   // what is formatted parses, and formatting it again changes nothing
void fuzz_compile(std::string_view input);  // names, types, expansion and checks of one file
void fuzz_chains(std::string_view input);   // values and types made from each other, as the bytes say: an end, soon
void fuzz_compose(std::string_view input);  // what is imported is a formatted stack without syntax errors
void fuzz_ecs(std::string_view input);
void fuzz_engine(std::string_view input);    // every answer of a container engine is this one: observe and read
void fuzz_registry(std::string_view input);  // the same of a registry; the first two bytes are status and content type
void fuzz_lsp(std::string_view input);       // one message of an editor a line

}  // namespace infra
