// The bytes of a command in a container, both ways.
#pragma once
#include <memory>
#include <string>

#include "providers/http_stream.h"
#include "providers/live.h"
#include "providers/nodes/engine.h"

namespace infra::nodes {

// E0610 if the engine refuses.
Result<std::unique_ptr<http::Stream>> open_stream(Engine& engine, const std::string& path, const Value& body);

struct Carrying {
  bool tty = false;
  bool input = false;
  std::string resize = {};  // "/exec/ID", "/containers/ID": whose terminal it is
};
// Until the other side ends; E0703 on a Ctrl-C, E0601 if the connection breaks.
Result<Ok> carry(Engine& engine, http::Stream& stream, const Carrying& what, const ExecStreams& streams,
                 const Cancel& cancel);

}  // namespace infra::nodes
