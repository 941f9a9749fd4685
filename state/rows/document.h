// What all documents that hold rows do alike with their columns. `Json` is one of nlohmann's. A document adds how it
// writes addresses and lossless JSON.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>

#include "state/rows/column_text.h"
#include "state/rows/columns.h"

namespace infra {

template <class Json>
struct DocumentWriter {
  Json out = Json::object();

  template <class Member>
  void operator()(ColumnName name, const Member& member) {
    out[name.document] = member;
  }
  void operator()(ColumnName name, Operation operation) { out[name.document] = encode(operation); }
  template <class Member>
  void later(ColumnName name, const Member& member) {
    (*this)(name, member);
  }
  void fence(ColumnName, std::uint64_t) {}  // leases are the database's
};

// Throws what nlohmann's library does if something is missing or of another type, and std::invalid_argument.
template <class Json>
struct DocumentReader {
  const Json& in;

  template <class Member>
  void operator()(ColumnName name, Member& member) const {
    member = in.at(name.document).template get<Member>();
  }
  void operator()(ColumnName name, Operation& operation) const {
    const auto text = in.at(name.document).template get<std::string>();
    if (!decode(text, operation)) throw std::invalid_argument("\"" + text + "\" is no operation");
  }
  // Documents of older versions don't have it.
  template <class Member>
  void later(ColumnName name, Member& member) const {
    member = in.value(name.document, Member{});
  }
  void fence(ColumnName, std::uint64_t&) const {}
};

}  // namespace infra
