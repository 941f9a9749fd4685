#include "workspace/fix.h"

#include <algorithm>
#include <map>

#include "base/diagnostics/apply_fixes.h"
#include "base/sources/edited_tree.h"
#include "workspace/open_session.h"
#include "workspace/params.h"

namespace infra {
namespace {

// One fixed mistake may uncover the next; more rounds than this only chase their own tail.
constexpr int kMostRounds = 20;
constexpr std::size_t kMostAttempts = 100;  // of single fixes, where all together do harm

bool is_syntax(const Diagnostic& d) { return d.code.starts_with("E01") && d.severity == Severity::error; }

std::size_t syntax_errors(const Diagnostics& diagnostics) {
  return static_cast<std::size_t>(std::count_if(diagnostics.all().begin(), diagnostics.all().end(), is_syntax));
}

// The path in the tree of a file as messages show it.
std::string path_in_tree(const SourceTree& tree, const std::string& shown) {
  const auto root = tree.display_root();
  const bool below = !root.empty() && root != "." && shown.starts_with(root + "/");
  return below ? shown.substr(root.size() + 1) : shown;
}

class Mending {
 public:
  Mending(const SourceTree& tree, const StackOptions& options, std::map<std::string, ParamValue> params)
      : tree_(tree), options_(options), params_(std::move(params)), edited_(tree) {
    now_ = check_tree(edited_, options_.folder, params_);
  }

  FixedStack run() {
    for (int round = 0; round < kMostRounds; ++round) {
      if (!attempt(now_.compiled.diagnostics) && !attempt_each()) break;
    }
    FixedStack out{.applied = applied_, .changes = {}, .checked = std::move(now_)};
    for (auto& [path, change] : changes_) {
      if (change.before != change.after) out.changes.push_back(std::move(change));
    }
    return out;
  }

 private:
  // Makes the edits of these messages if that is better than before.
  bool attempt(const Diagnostics& wanted) {
    const auto& sources = now_.compiled.sources;
    auto fixed = apply_fixes(wanted, sources);
    if (fixed.applied == 0) return false;
    EditedTree candidate = edited_;
    for (const auto& [file, text] : fixed.texts) candidate.set(path_in_tree(tree_, sources.file(file).path), text);
    auto after = check_tree(candidate, options_.folder, params_);
    if (!is_better(wanted, after.compiled.diagnostics)) return false;
    for (auto& [file, text] : fixed.texts) {
      const auto& source = sources.file(file);
      auto& change = changes_.try_emplace(source.path, FixedFile{source.path, source.text, {}}).first->second;
      edited_.set(path_in_tree(tree_, source.path), text);
      change.after = std::move(text);
    }
    applied_ += fixed.applied;
    now_ = std::move(after);
    return true;
  }

  [[nodiscard]] bool is_better(const Diagnostics& wanted, const Diagnostics& after) const {
    const auto of_syntax = std::count_if(wanted.all().begin(), wanted.all().end(),
                                         [](const Diagnostic& d) { return is_syntax(d) && !d.fixes.empty(); });
    return syntax_errors(after) + static_cast<std::size_t>(of_syntax) <= syntax_errors(now_.compiled.diagnostics);
  }

  // One of them does harm: whichever does good is made by itself. The places of the others then are others.
  bool attempt_each() {
    std::vector<Diagnostic> all;
    for (const auto& d : now_.compiled.diagnostics.all()) {
      if (!d.fixes.empty() && std::find(refused_.begin(), refused_.end(), d.fixes) == refused_.end()) all.push_back(d);
    }
    for (const auto& d : all) {
      if (++attempts_ > kMostAttempts) return false;
      Diagnostics one;
      one.add(d);
      if (attempt(one)) return true;
      refused_.push_back(d.fixes);
    }
    return false;
  }

  const SourceTree& tree_;
  const StackOptions& options_;
  std::map<std::string, ParamValue> params_;
  EditedTree edited_;
  Checked now_;
  std::map<std::string, FixedFile> changes_;
  std::vector<std::vector<Edit>> refused_;
  std::size_t applied_ = 0;
  std::size_t attempts_ = 0;
};

}  // namespace

Result<FixedStack> fix_stack(const SourceTree& tree, const StackOptions& options) {
  auto params = gather_params(options, process_environment());
  if (!params) return std::move(params).error();
  return Mending(tree, options, *std::move(params)).run();
}

}  // namespace infra
