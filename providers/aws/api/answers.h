// What an answer must hold to be one. A member that is missing isn't an empty list: whoever took it for one would say
// of everything that was made that it is gone. Sources: the API references of each service; an empty list is always
// there.
#pragma once
#include <string_view>

#include "base/result.h"
#include "base/values/value.h"
#include "providers/aws/api/services.h"

namespace infra::aws {

// The form of one member of an answer.
enum class AnswerForm {
  text,     // not empty
  record,   // holds `inner`
  records,  // a list whose items hold `inner`
  some,     // the same, of one item at least
  texts,    // a list of texts that aren't empty
  tags,     // a list of records of texts, or a map of texts
};

struct AnswerShape {
  std::string_view service;
  std::string_view operation;
  std::string_view member;
  AnswerForm form;
  std::string_view inner[2] = {};  // members that are texts and not empty
};

// nullptr: nothing is read from the answer of this operation.
const AnswerShape* find_shape(std::string_view service, std::string_view operation);

// E0621, with what is missing.
Result<Ok> check_answer(const Service& service, std::string_view operation, const Value& answer);

}  // namespace infra::aws
