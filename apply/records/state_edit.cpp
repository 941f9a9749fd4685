#include "apply/records/state_edit.h"

#include <fmt/format.h>

#include <algorithm>

#include "apply/execute/journal.h"
#include "base/diagnostics/diagnostic.h"
#include "compiler/kinds.h"
#include "planner/decide/moves.h"
#include "planner/decide/orphan.h"

namespace infra {
namespace {

bool means(const Address& given, const Address& row) {
  return given == row || (given.is_owner() && given == row.owner());
}

Error unknown_address(const Snapshot& state, const Address& address) {
  std::vector<std::string> names;
  for (const auto& row : state.resources) {
    names.push_back(row.address.text());
    names.push_back(row.address.owner().text());
  }
  const auto near = did_you_mean(address.text(), names);
  return {.code = "E0515",
          .message = fmt::format("nothing is recorded as {}", address.text()),
          .help = near.empty() ? "`infra state list` shows what is recorded" : fmt::format("did you mean {}?", near)};
}

Error cant_move(const Address& from, const Address& to, const std::string& why, std::string help) {
  return {.code = "E0713",
          .message = fmt::format("{} can't become {}: {}", from.text(), to.text(), why),
          .help = std::move(help)};
}

// A declaration inside of which others stand takes them along: a vpc its subnets.
std::vector<Move> moves_of(const Snapshot& state, const Address& from, const Address& to) {
  std::vector<Move> out{{from, to, {}}};
  for (const auto& row : state.resources) {
    const auto owner = row.address.owner();
    const auto* kind = find_kind(owner.kind);
    const bool inside = kind != nullptr && kind->parent == from.kind && owner.path.starts_with(from.path + ".");
    if (!inside || out.back().from == owner) continue;
    out.push_back({owner, {.kind = owner.kind, .path = to.path + owner.path.substr(from.path.size())}, {}});
  }
  return out;
}

Result<StateEdit> move_part(const Snapshot& state, const Address& from, const Address& to) {
  for (const auto& intent : state.intents) {
    if (intent.address == from)
      return cant_move(from, to, "a killed run's change of it isn't settled", "run infra plan");
  }
  const auto at = [&](const Address& address) {
    return std::find_if(state.resources.begin(), state.resources.end(),
                        [&](const auto& row) { return row.address == address && !row.deposed; });
  };
  if (at(from) == state.resources.end()) return unknown_address(state, from);
  if (at(to) != state.resources.end()) return cant_move(from, to, "that is recorded, too", "move or forget that first");
  auto row = *at(from);
  row.address = to;
  std::erase(row.depends_on, to);
  return StateEdit{{DropResource{from, row.id}, PutResource{row}},
                   {fmt::format("{} is now {}", from.text(), to.text())}};
}

}  // namespace

Result<std::vector<RecordedResource>> rows_at(const Snapshot& state, const Address& address) {
  std::vector<RecordedResource> out;
  for (const auto& row : state.resources) {
    if (means(address, row.address)) out.push_back(row);
  }
  if (out.empty()) return unknown_address(state, address);
  return out;
}

Result<StateEdit> move_in_state(const Snapshot& state, const Address& from, const Address& to) {
  if (from.is_owner() != to.is_owner()) {
    return cant_move(from, to, "one is a declaration and the other is a part of one", "name two of a kind");
  }
  if (from.kind != to.kind) {
    return cant_move(from, to, fmt::format("a {} is no {}", from.kind, to.kind), "only names and keys can change");
  }
  if (from == to) return cant_move(from, to, "that is the same address", "");
  if (!from.is_owner()) return move_part(state, from, to);
  auto after = state;
  Observation nothing;
  const auto report = move_recorded(moves_of(state, from, to), after, nothing);
  if (report.diagnostics.has_errors()) {
    const auto& first = report.diagnostics.all().front();
    return Error{.code = first.code, .message = first.message, .help = "forget one of them with `infra state rm`"};
  }
  if (report.moved.empty()) return unknown_address(state, from);
  StateEdit out{records_of(report), {}};
  for (const auto& moved : report.moved) {
    out.lines.push_back(fmt::format("{} is now {}", moved.from.text(), moved.to.text()));
  }
  return out;
}

Result<StateEdit> remove_from_state(const Snapshot& state, const Address& address) {
  const auto rows = rows_at(state, address);
  if (!rows) return rows.error();
  StateEdit out;
  for (const auto& row : *rows) {
    out.mutations.emplace_back(DropResource{row.address, row.id});
    const auto what = fmt::format("{} ({} {})", row.address.text(), row.type, row.id);
    if (is_orphan(row)) {
      out.lines.push_back(fmt::format("Forgot that {} was orphaned.", what));
    } else {
      out.mutations.emplace_back(PutResource{orphaned(row)});
      out.lines.push_back(fmt::format("Let go of {}.", what));
    }
  }
  return out;
}

namespace {

Error cant_push(std::string why, std::string help) {
  return {.code = "E0517", .message = "this state can't be pushed: " + std::move(why), .help = std::move(help)};
}

template <class T>
bool holds(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// Nothing was ever written to it, so nothing can be lost.
bool is_blank(const Snapshot& state) { return state.serial == Serial{} && state.resources.empty(); }

std::string counted(std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

Result<Ok> may_replace(const Snapshot& state, const Snapshot& pushed, bool force) {
  const bool other = pushed.lineage != state.lineage;
  if (other && is_blank(state)) return Ok{};
  if (other && !force) {
    return cant_push("it is of another lineage, and its objects carry that in their labels",
                     fmt::format("push it to the state that it was pulled from; --force pushes it here all the same, "
                                 "and forgets {}",
                                 state.resources.empty() ? "what is recorded here"
                                                         : counted(state.resources.size(), "object") +
                                                               " that this state has made and that stay"));
  }
  if (!state.stack.empty() && pushed.stack != state.stack && !force) {
    return cant_push(fmt::format("it is of stack \"{}\", not \"{}\"", pushed.stack, state.stack),
                     "--force pushes it all the same");
  }
  if (pushed.serial < state.serial && !force) {
    return cant_push(
        fmt::format("it is older ({}) than what is recorded now ({})", pushed.serial.value, state.serial.value),
        "what was made since would be forgotten; --force pushes it all the same");
  }
  return Ok{};
}

// By the row's address and id: both sides are sorted by it.
void replace_rows(const Snapshot& state, const Snapshot& pushed, StateEdit& out) {
  std::size_t dropped = 0;
  std::size_t put = 0;
  const auto less = [](const RecordedResource& a, const RecordedResource& b) {
    return std::tie(a.address, a.deposed, a.id) < std::tie(b.address, b.deposed, b.id);
  };
  const auto same_in = [&](const std::vector<RecordedResource>& rows, const RecordedResource& row) {
    const auto at = std::lower_bound(rows.begin(), rows.end(), row, less);
    return at != rows.end() && *at == row;
  };
  for (const auto& row : state.resources) {
    if (same_in(pushed.resources, row)) continue;
    out.mutations.emplace_back(DropResource{row.address, row.id});
    ++dropped;
  }
  for (const auto& row : pushed.resources) {
    if (same_in(state.resources, row)) continue;
    out.mutations.emplace_back(PutResource{row});
    ++put;
  }
  out.lines.push_back(dropped + put == 0 ? std::string("No resource differs.")
                                         : fmt::format("{} rows were taken out and {} put in.", dropped, put));
}

}  // namespace

Result<StateEdit> replace_state(const Snapshot& state, const Snapshot& pushed, bool force) {
  if (auto may = may_replace(state, pushed, force); !may) return std::move(may).error();
  StateEdit out;
  if (state.lineage != pushed.lineage) out.mutations.emplace_back(SetLineage{pushed.lineage});
  if (state.stack != pushed.stack) out.mutations.emplace_back(SetStack{pushed.stack});
  // The rows' hashes were made with its key.
  if (state.hash_key != pushed.hash_key) out.mutations.emplace_back(SetHashKey{pushed.hash_key});
  for (const auto& secret : state.secrets) {
    if (!holds(pushed.secrets, secret)) out.mutations.emplace_back(DropSecret{secret.name});
  }
  for (const auto& secret : pushed.secrets) {
    if (!holds(state.secrets, secret)) out.mutations.emplace_back(PutSecret{secret});
  }
  for (const auto& deployment : state.deployments) {
    if (!holds(pushed.deployments, deployment)) out.mutations.emplace_back(DropDeployment{deployment.name});
  }
  for (const auto& deployment : pushed.deployments) {
    if (!holds(state.deployments, deployment)) out.mutations.emplace_back(PutDeployment{deployment});
  }
  for (const auto& note : state.notes) {
    if (!holds(pushed.notes, note)) out.mutations.emplace_back(DropNote{note.topic, note.name});
  }
  for (const auto& note : pushed.notes) {
    if (!holds(state.notes, note)) out.mutations.emplace_back(PutNote{note});
  }
  for (const auto& platform : pushed.platforms) {
    if (!holds(state.platforms, platform)) out.mutations.emplace_back(PutPlatform{platform});
  }
  replace_rows(state, pushed, out);
  for (const auto& intent : state.intents) {
    if (!holds(pushed.intents, intent)) out.mutations.emplace_back(DropIntent{intent.token});
  }
  for (const auto& intent : pushed.intents) {
    if (!holds(state.intents, intent)) out.mutations.emplace_back(PutIntent{intent});
  }
  for (const auto& platform : state.platforms) {
    const bool stays = std::any_of(pushed.platforms.begin(), pushed.platforms.end(),
                                   [&](const auto& p) { return p.name == platform.name; });
    if (!stays) out.mutations.emplace_back(DropPlatform{platform.name});
  }
  if (state.outputs != pushed.outputs) out.mutations.emplace_back(PutOutputs{pushed.outputs});
  return out;
}

}  // namespace infra
