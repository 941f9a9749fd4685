#include "providers/image_builder.h"

#include "providers/nodes/images/image_build.h"
#include "providers/nodes/nodes.h"

namespace infra {

ImageBuilder image_builder() {
  return [](const ImageOrder& order) -> Result<std::string> {
    Map node;
    node.set("endpoint", order.engine);
    const auto endpoint = nodes::endpoint_of("builder", Value(std::move(node)));
    if (!endpoint) return endpoint.error();
    nodes::Engine engine("builder", *endpoint);
    const nodes::Context context{.engine = engine,
                                 .owner = order.owner,
                                 .sources = order.sources,
                                 .cancel = order.cancel,
                                 .progress = order.progress};
    const auto& inputs = order.request.inputs;
    const auto repository = nodes::text_of(inputs["repository"]);
    auto built = nodes::build_image(context, order.request, repository + ":" + nodes::text_of(inputs["tag"]));
    if (!built) return std::move(built).error();
    auto digest = nodes::push_image(context, inputs);
    return digest ? std::move(digest) : std::move(digest).take_error("pushing to " + repository);
  };
}

}  // namespace infra
