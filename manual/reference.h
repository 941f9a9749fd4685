// The reference manual, made of what checking reads: the kinds' schemas, the table of functions, the codes.
#pragma once
#include <string>
#include <vector>

#include "base/values/platform_table.h"

namespace infra {

struct ManualFile {
  std::string path;  // below the manual's folder: "reference/kinds/task.md"
  std::string text;
};

// As Markdown, sorted by path: what docs/ has of it.
std::vector<ManualFile> manual(const PlatformTable& platforms);
// The same as HTML; links and paths end in .html.
std::vector<ManualFile> manual_html(const PlatformTable& platforms);

// "# task …": one kind's page.
std::string kind_page(const std::string& name, const PlatformTable& platforms);

// The Markdown that the manual's pages and docs/codes are written in, as one HTML page.
std::string to_html(std::string_view markdown);

}  // namespace infra
