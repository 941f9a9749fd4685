#include <fmt/format.h>

#include "providers/simulator/blueprint.h"

namespace infra::simulator {

Result<Blueprint> repository_blueprint(Tables&, const Wish& wish) {
  const auto& inputs = wish.request.inputs;
  const std::string url = fmt::format("{}/{}", text_of(inputs["endpoint"]), text_of(inputs["name"]));
  return Blueprint{.name = text_of(inputs["name"]), .key = url, .outputs = Map(std::vector<Entry>{{"url", url}})};
}

}  // namespace infra::simulator
