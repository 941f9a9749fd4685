// Where a list goes on, found before all of it is read.
#pragma once
#include <string>
#include <string_view>

namespace infra::kubernetes {

// metadata.continue of a list's JSON, if it stands before the items, as API servers write it; else empty. So the next
// page can be asked for while this one, of some megabytes, is read.
std::string continue_token(std::string_view list);

}  // namespace infra::kubernetes
