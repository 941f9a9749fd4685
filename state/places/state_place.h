// Where a state's tables are: in a file, or in a schema of a database server. What differs between those is here; what
// is done with the tables (state/places/sql_store.h) is the same.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/databases/sql.h"
#include "state/store.h"

namespace infra {

class Place {
 public:
  using Session = std::shared_ptr<sql::Session>;
  virtual ~Place() = default;

  // For messages: a path, or a URL without its password.
  [[nodiscard]] virtual const std::string& name() const = 0;
  // Null: there is nothing yet.
  virtual Result<Session> open_reading() = 0;
  // The tables are of this program's version then. What is missing is made, with this identity, unless something was
  // there before (`expected`), which then is E0507.
  struct Writing {
    Session session;
    bool fresh = false;  // not the one of the last time: what was read before may be of another state
  };
  virtual Result<Writing> open_writing(const std::string& lineage, const std::string& stack, bool expected) = 0;
  // The version of the tables. E0502 if they are something else, E0503 if they are newer.
  virtual Result<std::int64_t> identify(sql::Session& session) = 0;
  // More about the extent of a damage (E0502).
  virtual void look_closer(sql::Session&, Error&) {}

  // A memory of the last commit beside the tables, if there is one. It is never ahead of them, unless they lost
  // something. Read it before them.
  virtual std::optional<StateVersion> noted() { return std::nullopt; }
  virtual void note(const StateVersion&) {}
  // At the end of a run that changed something, by which the state was whole at its start: keeps a copy.
  virtual void back_up(sql::Session&, Serial) {}

  // Can the connection break while the state lives on? Then who wrote last, and how far, is kept in table `writer`.
  [[nodiscard]] virtual bool distant() const { return false; }
  // How long a run waits for it to answer again.
  [[nodiscard]] virtual std::chrono::milliseconds patience() const { return std::chrono::milliseconds(0); }
};

}  // namespace infra
