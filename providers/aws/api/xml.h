// An answer's XML as a Value: an element with elements inside is a Map by their names, one whose children are all
// `item` or `member` is a List, any other its text. Since nothing inside looks the same as an empty text, read lists
// with items_of and texts with text_of, which take both.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/values/value.h"

namespace infra::aws {

// The content of the root element, which has this name if one is given. The message says where it isn't XML.
Result<Value> parse_xml(std::string_view text, std::string_view root = {});

// For answers of all protocols.
const List& items_of(const Value& value);  // what isn't a list is an empty one
std::string text_of(const Value& value);  // what isn't there is an empty text; numbers and booleans as they are written
std::int64_t number_of(const Value& value);  // 0 if there is none
bool flag_of(const Value& value);

}  // namespace infra::aws
