// What is known to be wrong while later phases go on, so that a run reports all of its errors and each cause once: an
// expression with an error inside isn't computed, and what a later phase finds about a declaration with an error in it
// is taken to follow from that.
#pragma once
#include <string_view>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "base/sources/source.h"

namespace infra {

class Poisoned {
 public:
  // `items`: the extents of everything at the top of the files.
  explicit Poisoned(std::vector<Span> items);

  void add(const Diagnostics& errors);
  [[nodiscard]] bool empty() const { return errors_.empty(); }
  // Does an error lie in here?
  [[nodiscard]] bool within(const Span& span) const;
  // Is any of its places in an item with an error?
  [[nodiscard]] bool explains(const Diagnostic& later) const;

 private:
  [[nodiscard]] const Span* item_around(const Span& span) const;

  std::vector<Span> items_;   // sorted; they don't overlap
  std::vector<Span> errors_;  // sorted
};

// Are these all errors that concern nothing but the expression or block that they are in? After others (a syntax error,
// an unknown kind, a module that can't be read) too much is missing to say more.
bool are_contained(const Diagnostics& diagnostics);

}  // namespace infra
