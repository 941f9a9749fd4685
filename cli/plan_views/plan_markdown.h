// A plan as a comment on a pull request.
#pragma once
#include <string>

#include "apply/session.h"
#include "cli/plan_views/plan_header.h"

namespace infra::cli {

// GitHub takes 65,536 characters, GitLab more.
inline constexpr std::size_t kMarkdownLimit = 65000;

// The summary first, then a table of declarations, then all of the plan, folded, cut so that the whole is below
// kMarkdownLimit characters.
std::string plan_markdown(const PlanHeader& header, const Prepared& prepared);

// The parts, for tests: `plan` as render_plan() gives it without colours. Lines with + and - come first in their line,
// so that a code block of the language `diff` colours them.
std::string as_diff(std::string_view plan);
// A code block whose fence no line of `text` can end; of the text as many lines as fit into `most` characters.
std::string code_block(std::string_view language, std::string_view text, std::size_t most);

}  // namespace infra::cli
