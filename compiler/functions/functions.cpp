#include "compiler/functions/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "compiler/functions/families.h"
#include "compiler/functions/signature.h"
#include "grammar/scan/source_check.h"

namespace infra {
namespace {

struct Table {
  std::vector<Function> functions;
  std::vector<std::vector<Signature>> signatures;  // beside each
  std::unordered_map<std::string_view, std::size_t> by_name;
};

const Table& table() {
  static const Table kTable = [] {
    Table t;
    for (const auto& family : {text_functions(), collection_functions(), number_functions(), encoding_functions(),
                               network_functions(), operators()}) {
      t.functions.insert(t.functions.end(), family.begin(), family.end());
    }
    std::sort(t.functions.begin(), t.functions.end(),
              [](const Function& a, const Function& b) { return a.name < b.name; });
    for (std::size_t i = 0; i < t.functions.size(); ++i) {
      t.signatures.push_back(parse_signatures(t.functions[i].signature));
      t.by_name.emplace(t.functions[i].name, i);
    }
    return t;
  }();
  return kTable;
}

const std::vector<Signature>& signatures_of(const Function& function) {
  return table().signatures[static_cast<std::size_t>(&function - table().functions.data())];
}

std::string number_problem(const Function& function, const Signature& signature, std::size_t given) {
  return fmt::format("`{}` takes {}{} argument{}, got {}", function.name, signature.variadic ? "at least " : "",
                     signature.parameters.size(), signature.parameters.size() == 1 ? "" : "s", given);
}

// Of several misfits that which came farthest is the likeliest to be meant; those that came as far are all named.
CallProblem problem_of(const Function& function, const std::vector<Misfit>& misfits,
                       const std::vector<Type>& arguments) {
  const Misfit* farthest = nullptr;
  for (const auto& misfit : misfits) {
    if (misfit.why == Misfit::number) continue;
    if (farthest == nullptr || misfit.argument > farthest->argument) farthest = &misfit;
  }
  if (farthest == nullptr) return {.text = number_problem(function, signatures_of(function).front(), arguments.size())};
  const auto given = to_text(arguments[farthest->argument]);
  std::vector<std::string> wanted;
  for (const auto& misfit : misfits) {
    if (misfit.why == Misfit::number || misfit.argument != farthest->argument) continue;
    if (misfit.why == Misfit::null)
      return {fmt::format("this may be null ({}), and `{}` takes no null", given, function.name), misfit.argument,
              true};
    if (std::find(wanted.begin(), wanted.end(), misfit.wanted) == wanted.end()) wanted.push_back(misfit.wanted);
  }
  const auto last = wanted.back();
  wanted.pop_back();
  const auto all = wanted.empty() ? last : fmt::format("{} or {}", fmt::join(wanted, ", "), last);
  return {fmt::format("`{}` takes {} here, got {}", function.name, all, given), farthest->argument};
}

bool has_outside(const Value& value) {
  const Value& bare = value.secret() != nullptr ? *value.secret() : value;
  return bare.list() != nullptr || bare.map() != nullptr;
}

class Opener : public LeafMapper {
 public:
  std::optional<Value> change(const Value& leaf) override {
    return leaf.secret() != nullptr ? std::optional(*leaf.secret()) : std::nullopt;
  }
};

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::span<const Function> all_functions() { return table().functions; }

const Function* find_function(std::string_view name) {
  const auto at = table().by_name.find(name);
  return at != table().by_name.end() ? &table().functions[at->second] : nullptr;
}

bool is_internal(const Function& function) {
  static const auto kOperators = operators();
  return function.name == "interpolate" ||
         std::any_of(kOperators.begin(), kOperators.end(), [&](const Function& o) { return o.name == function.name; });
}

std::vector<std::string_view> signature_texts(const Function& function) {
  constexpr std::string_view kOr = " or ";
  std::vector<std::string_view> out;
  std::string_view rest = function.signature;
  for (auto at = rest.find(kOr); at != std::string_view::npos; at = rest.find(kOr)) {
    out.push_back(rest.substr(0, at));
    rest.remove_prefix(at + kOr.size());
  }
  out.push_back(rest);
  return out;
}

Type function_type(const Function& function, const std::vector<Type>& arguments, CallProblem& problem) {
  std::vector<Misfit> misfits;
  for (const auto& signature : signatures_of(function)) {
    Type out = apply_signature(signature, arguments, misfits.emplace_back());
    if (misfits.back().why == Misfit::none) return out;
  }
  problem = problem_of(function, misfits, arguments);
  return {};
}

namespace {

constexpr std::size_t kTextOfOneStep = 64;  // bytes that are read or copied
constexpr std::size_t kSizeOfOneStep = 64;  // Facts::weight of what is walked through
constexpr std::size_t kRegexSteps = 200;    // to compile one

// How far into its arguments a function goes.
enum class Reads { nothing, outside, everything };

Reads reads_of(std::string_view name) {
  static constexpr std::string_view kNothing[] = {"[]", "?:", "??", "..", "and", "or", "not", "first", "last", "get"};
  static constexpr std::string_view kEverything[] = {"==", "!=", "in", "contains", "index_of", "distinct", "json"};
  const auto among = [&](const auto& names) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
  };
  if (among(kNothing)) return Reads::nothing;
  return among(kEverything) ? Reads::everything : Reads::outside;
}

std::size_t cost_of(const Value& value, Reads reads) {
  if (reads == Reads::nothing) return 0;
  if (reads == Reads::everything) return static_cast<std::size_t>(value.facts().weight / kSizeOfOneStep);
  const Value& bare = value.secret() != nullptr ? *value.secret() : value;
  if (const auto* text = bare.string()) return text->size() / kTextOfOneStep;
  if (const auto* items = bare.list()) return items->size();
  return bare.map() != nullptr ? bare.map()->size() : 0;
}

}  // namespace

std::size_t call_cost(std::string_view name, const List& arguments) {
  const auto reads = reads_of(name);
  const bool looks_up = name == "in" || name == "contains";  // of a map, a key
  std::size_t out = name == "matches" ? kRegexSteps : 0;
  for (const auto& argument : arguments) out += looks_up && argument.map() != nullptr ? 0 : cost_of(argument, reads);
  return name == "sort" ? 8 * out : out;
}

std::optional<Value> call_function(std::string_view name, const List& arguments, std::string& error) {
  const auto* function = find_function(name);
  if (function == nullptr) {
    error = fmt::format("there is no function `{}`", name);
    return std::nullopt;
  }
  const auto& signature = signature_for(signatures_of(*function), arguments);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool enough = outside_only(signature, i) && has_outside(arguments[i]);
    if (!enough && !arguments[i].known()) return Value(Call{std::string(name), arguments});
  }
  List open;
  bool secret = false;
  Opener opener;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto* inner = arguments[i].secret();
    const bool inside = arguments[i].has_secret() && looks_into(signature, i);
    secret = secret || inner != nullptr || inside;
    const Value& bare = inner != nullptr ? *inner : arguments[i];
    open.push_back(inside ? map_leaves(bare, opener) : bare);
  }
  try {
    return secret ? Value::secret(function->eval(open)) : function->eval(open);
  } catch (const FunctionError& e) {
    // The text of a secret must not reach a message through the function that chokes on it.
    error = secret ? fmt::format("`{}` can't be applied to this secret", name) : e.message;
    return std::nullopt;
  }
}

}  // namespace infra
