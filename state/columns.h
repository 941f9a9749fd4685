// The columns of a recorded resource, once for all documents that hold one: a copy of a state (`infra state pull`),
// what is printed of it as JSON, a file of outcomes that couldn't be recorded. Each says how it writes a kind of
// column.
#pragma once
#include "state/state.h"

namespace infra {

// Calls `column` for each, in the order of the documents. For writing `Resource` is const.
template <class Resource, class Column>
void each_column(Resource& r, Column&& column) {
  column.address(r.address);
  column.text("type", r.type);
  column.text("platform", r.platform);
  column.text("id", r.id);
  column.flag("deposed", r.deposed);
  column.flag("protect", r.protect);
  column.later_flag("keep", r.keep);  // documents of older versions don't have it: no
  column.text("spec_hash", r.spec_hash);
  column.value("inputs", r.inputs);  // lossless JSON
  column.value("outputs", r.outputs);
  column.addresses("depends_on", r.depends_on);
}

// What all documents do alike. `Json` is one of nlohmann's.
template <class Json>
struct ColumnWriter {
  Json out = Json::object();

  void text(const char* name, const std::string& text) { out[name] = text; }
  void flag(const char* name, bool is) { out[name] = is; }
  void later_flag(const char* name, bool is) { out[name] = is; }
};

// Throws what nlohmann's library does if something is missing or of another type.
template <class Json>
struct ColumnReader {
  const Json& in;

  void text(const char* name, std::string& text) const { text = in.at(name).template get<std::string>(); }
  void flag(const char* name, bool& is) const { is = in.at(name).template get<bool>(); }
  void later_flag(const char* name, bool& is) const { is = in.value(name, false); }
};

}  // namespace infra
