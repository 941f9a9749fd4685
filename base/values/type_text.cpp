// Types as people read them, and what a value does that its type forbids.
#include "base/values/type.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/pattern_words.h"
#include "base/text/units.h"
#include "base/values/join_all.h"

namespace infra {
namespace {

template <class Range, class F>
std::string join_texts(const Range& range, std::string_view separator, F&& text) {
  std::string out;
  for (const auto& item : range) {
    if (!out.empty()) out += separator;
    out += text(item);
  }
  return out;
}

std::string simple_name(TypeKind kind) {
  switch (kind) {
    case TypeKind::null:
      return "null";
    case TypeKind::boolean:
      return "Bool";
    case TypeKind::integer:
      return "Int";
    case TypeKind::floating:
      return "Float";
    case TypeKind::string:
      return "String";
    case TypeKind::bytes:
      return "Bytes";
    case TypeKind::duration:
      return "Duration";
    case TypeKind::percent:
      return "Percent";
    case TypeKind::cpu:
      return "Cpu";
    case TypeKind::ip:
      return "Ip";
    case TypeKind::cidr:
      return "Cidr";
    default:
      return "?";
  }
}

// What has more than this isn't read to its end: its beginning says which it is.
constexpr std::size_t kMostShown = 64;
constexpr std::size_t kShownOfMany = 16;

template <class T>
std::vector<T> shown_of(const std::vector<T>& all) {
  const auto count = all.size() > kMostShown ? kShownOfMany : all.size();
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

template <class T>
std::string rest_of(const std::vector<T>& all, std::string_view separator) {
  return all.size() > kMostShown ? fmt::format("{}… ({} in all)", separator, all.size()) : "";
}

std::string members_text(const Type& type) {
  return join_texts(shown_of(type.members()), " | ", [](const std::string& m) { return to_source(Value(m)); }) +
         rest_of(type.members(), " | ");
}

// A field's name in quotes where it needs them.
std::string key_text(const std::string& name) {
  const bool plain =
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  return plain && !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 ? name
                                                                                          : to_source(Value(name));
}

std::string bare_text(const Type& type) {
  switch (type.kind()) {
    case TypeKind::range:
      return fmt::format("Range<{}>", to_text(type.element()));
    case TypeKind::list:
      return fmt::format("List<{}>", to_text(type.element()));
    case TypeKind::map:
      return fmt::format("Map<{}, {}>", type.members().empty() ? "String" : members_text(type),
                         to_text(type.element()));
    case TypeKind::record:
      if (type.fields().empty()) return "{}";
      return "{ " +
             join_texts(shown_of(type.fields()), ", ",
                        [](const Field& f) { return key_text(f.name) + ": " + to_text(f.type); }) +
             rest_of(type.fields(), ", ") + " }";
    case TypeKind::literals:
      return members_text(type);
    case TypeKind::resource:
      return type.name().empty() ? "resource" : type.name();
    case TypeKind::any_of:
      return join_texts(type.alternatives(), " | ", [](const Type& t) { return to_text(t); });
    default:
      return simple_name(type.kind());
  }
}

std::string bounds_text(const Type& type) {
  if (!type.low && !type.high) return "";
  return fmt::format("({}..{})", type.low ? fmt::format("{}", *type.low) : "",
                     type.high ? fmt::format("{}", *type.high) : "");
}

}  // namespace

std::string to_text(const Type& type) {
  std::string text = bare_text(type);
  if (type.pattern) text += fmt::format("({})", pattern_text(type.pattern->regex()));
  text += bounds_text(type);
  if (type.optional) {
    const bool compound = text.find(" | ") != std::string::npos && type.kind() != TypeKind::record;
    text = compound ? fmt::format("({})?", text) : text + "?";
  }
  if (type.secret) text = fmt::format("Secret<{}>", text);
  if (type.later) text = fmt::format("Later<{}>", text);
  return text;
}

namespace {

std::string bound_sentence(const Type& type, std::string_view what, std::int64_t given) {
  if (type.low && type.high)
    return fmt::format("must {} between {} and {}, got {}", what, *type.low, *type.high, given);
  if (type.low) return fmt::format("must {} at least {}, got {}", what, *type.low, given);
  return fmt::format("must {} at most {}, got {}", what, *type.high, given);
}

bool outside(const Type& type, std::int64_t n) { return (type.low && n < *type.low) || (type.high && n > *type.high); }

std::optional<std::string> text_violated(const Type& type, const std::string& text) {
  if (type.kind() == TypeKind::literals) {
    if (!type.has_member(text)) return fmt::format("must be one of {}", bare_text(type));
  }
  if (!type.pattern) return std::nullopt;
  const auto matches = type.pattern->matches_whole(text);
  if (!matches) return "can't be checked: " + matches.error().message;
  if (*matches) return std::nullopt;
  const auto words = words_of_pattern(type.pattern->regex());
  return words.empty() ? fmt::format("must match {}", pattern_text(type.pattern->regex()))
                       : fmt::format("must be {}", words);
}

}  // namespace

std::optional<std::string> violated(const Type& type, const Value& value) {
  if (const auto* inner = value.secret()) return violated(type, *inner);
  if (type.kind() == TypeKind::any_of) {
    const Type own = type_of(value);
    for (const auto& alternative : type.alternatives()) {
      if (fits(own, alternative)) return violated(alternative, value);
    }
    return std::nullopt;
  }
  if (const auto* n = value.integer(); n != nullptr && type.kind() == TypeKind::integer && outside(type, *n)) {
    return bound_sentence(type, "be", *n);
  }
  if (const auto* text = value.string()) return text_violated(type, *text);
  if (const auto* items = value.list()) {
    if (outside(type, static_cast<std::int64_t>(items->size()))) {
      return bound_sentence(type, "have a number of elements", static_cast<std::int64_t>(items->size()));
    }
    for (const auto& item : *items) {
      if (auto why = violated(type.element(), item)) return why;
    }
  }
  if (const auto* members = value.map()) {
    for (const auto& [key, item] : *members) {
      if (type.kind() == TypeKind::map && !type.members().empty() && !type.has_member(key))
        return fmt::format("must have no other key than {}, got \"{}\"", members_text(type), key);
      const auto* field = type.field(key);
      if (auto why = violated(field != nullptr ? field->type : type.element(), item)) return "`" + key + "` " + *why;
    }
  }
  return std::nullopt;
}

Type type_of(const Value& value) {
  static constexpr TypeKind kKinds[] = {TypeKind::null,   TypeKind::boolean, TypeKind::integer,  TypeKind::floating,
                                        TypeKind::string, TypeKind::bytes,   TypeKind::duration, TypeKind::percent,
                                        TypeKind::cpu,    TypeKind::ip,      TypeKind::cidr};
  if (const auto* text = value.string()) return Type::literals({*text});
  if (value.data().index() < std::size(kKinds)) return Type::of(kKinds[value.data().index()]);
  if (const auto* r = value.get<Range>()) return Type::range(r->of_bytes ? types::bytes() : types::integer());
  if (const auto* items = value.list()) {
    std::vector<Type> elements;
    for (const auto& item : *items) elements.push_back(type_of(item));
    return Type::list(join_all(std::move(elements)).value_or(Type()));
  }
  if (const auto* members = value.map()) {
    std::vector<Field> fields;
    for (const auto& [key, item] : *members) fields.push_back({key, type_of(item)});
    return Type::record(std::move(fields));
  }
  if (const auto* r = value.ref(); r != nullptr && r->attribute.empty()) return Type::resource(r->address.kind);
  if (const auto* inner = value.secret()) return type_of(*inner).as_secret();
  return Type();
}

}  // namespace infra
