// Whose account it is, and whether it is the one that the record is about: in another one all would look gone, and be
// made again.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

Result<Identity> who_we_are(Client& client);
// E0624 if a known object is in another account or region.
Result<Ok> check_account(const Identity& identity, const std::vector<KnownObject>& known, const std::string& platform);

}  // namespace infra::aws
