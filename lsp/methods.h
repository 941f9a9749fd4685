// Every method of the protocol that this server knows: one row each, one file each feature.
#pragma once
#include <span>
#include <string_view>

#include "lsp/lsp_session.h"

namespace infra::lsp {

struct Request {
  std::string_view method;
  Answer (*answer)(Session& session, const Json& params);
};
struct Notification {
  std::string_view method;
  void (*take)(Session& session, const Json& params);
};
std::span<const Request> all_requests();
std::span<const Notification> all_notifications();

// What `initialize` answers, so that the editor knows what to ask for.
Json capabilities();

Answer completion(Session& session, const Json& params);
Answer hover(Session& session, const Json& params);
Answer signature_help(Session& session, const Json& params);
Answer definition(Session& session, const Json& params);
Answer references(Session& session, const Json& params);
Answer document_highlight(Session& session, const Json& params);
Answer prepare_rename(Session& session, const Json& params);
Answer formatting(Session& session, const Json& params);
Answer rename(Session& session, const Json& params);
Answer document_symbol(Session& session, const Json& params);
Answer semantic_tokens(Session& session, const Json& params);
Answer code_action(Session& session, const Json& params);

// The legend of the semantic tokens, in the order of their numbers.
Json semantic_legend();

// textDocument/publishDiagnostics for every file of the folder that has some, or had some before.
std::vector<Json> diagnostics_of(Session& session, const std::string& folder);

}  // namespace infra::lsp
