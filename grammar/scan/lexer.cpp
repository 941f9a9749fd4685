#include "grammar/scan/lexer.h"

namespace infra::antlr {
namespace {

using Simulator = antlr4::atn::LexerATNSimulator;

Simulator& simulator(InfraLexer& lexer) { return *lexer.getInterpreter<Simulator>(); }

// ANTLR makes a mode's first state when it first matches in it, which isn't safe for several threads.
void make_start_states() {
  ByteStream stream("x");
  InfraLexer lexer(&stream);
  for (const std::size_t mode : {std::size_t{0}, std::size_t{InfraLexer::IN_STRING}, std::size_t{InfraLexer::IN_TEXT},
                                 std::size_t{InfraLexer::IN_REGEX}}) {
    stream.seek(0);
    simulator(lexer).match(&stream, mode);
  }
}

}  // namespace

Automaton::Automaton(InfraLexer& lexer)
    : LexerATNSimulator(&lexer, lexer.getATN(), simulator(lexer)._decisionToDFA,
                        simulator(lexer).getSharedContextCache()) {
  static const bool made = (make_start_states(), true);
  rows_.reserve(256);
  for (std::size_t mode = 0; made && mode < start_.size(); ++mode) start_[mode] = row_of(_decisionToDFA[mode].s0);
}

Automaton::State Automaton::row_of(antlr4::dfa::DFAState* state) {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].state == state) return static_cast<State>(i);
  }
  Row row{.state = state};
  if (state->isAcceptState) row.accepts = static_cast<std::uint8_t>(state->prediction);
  row.next.fill(kUnknown);
  rows_.push_back(row);
  return static_cast<State>(rows_.size() - 1);
}

Automaton::State Automaton::find(State from, unsigned char byte) {
  auto* state = rows_[static_cast<std::size_t>(from)].state;
  auto* target = getExistingTargetState(state, byte);
  if (target == nullptr) target = computeTargetState(&nothing_, state, byte);
  const auto next = target == ERROR.get() ? kDead : row_of(target);
  rows_[static_cast<std::size_t>(from)].next[byte] = next;
  return next;
}

Automaton::Match Automaton::match_at(std::string_view text, std::size_t at, std::size_t mode) {
  Match longest{.end = at + 1};
  auto state = start_[mode];
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    auto next = rows_[static_cast<std::size_t>(state)].next[byte];
    if (next == kUnknown) next = find(state, byte);
    if (next == kDead) break;
    ++at;
    state = next;
    const auto accepts = rows_[static_cast<std::size_t>(state)].accepts;
    if (accepts != 0) longest = {.type = accepts, .end = at};
  }
  return longest;
}

Lexer::Lexer(std::string_view text) : text_(text), stream_({}), lexer_(&stream_), automaton_(lexer_) {}

std::uint8_t Lexer::next(std::size_t mode) {
  const auto match = automaton_.match_at(text_, at_, mode);
  at_ = match.end;
  return match.type;
}

std::string Lexer::name(std::uint8_t type) {
  ByteStream empty({});
  return InfraLexer(&empty).getVocabulary().getSymbolicName(type);
}

}  // namespace infra::antlr
