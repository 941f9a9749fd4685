// What must hold for any bytes. Each aborts if it doesn't; time and memory are the fuzzer's to watch.
#pragma once
#include <string_view>

namespace infra {

void fuzz_parse(std::string_view input);    // lexer and parser: no crash, and every message can be shown
void fuzz_format(std::string_view input);   // what is formatted parses, and formatting it again changes nothing
void fuzz_compile(std::string_view input);  // names, types, expansion and checks of one file
void fuzz_compose(std::string_view input);  // what is imported is a formatted stack without syntax errors
void fuzz_ecs(std::string_view input);

}  // namespace infra
