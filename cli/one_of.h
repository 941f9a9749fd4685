#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace infra::cli {

// A word that is one of these: "--format: `htlm` is none of md, html; did you mean `html`?".
CLI::Validator one_of(std::vector<std::string> words);

}  // namespace infra::cli
