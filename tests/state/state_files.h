#pragma once
#include <string>

#include "tests/support/temp_folder.h"

namespace infra::test {

using testing::TempFolder;

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& bytes);

}  // namespace infra::test
