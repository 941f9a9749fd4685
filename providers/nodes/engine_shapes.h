// What the engine's answers look like, as far as they are used: Docker's and Podman's both.
#pragma once
#include "providers/answer_shape.h"

namespace infra::nodes::shapes {

answer::Shape listed_container();
answer::Shape listed_network();
answer::Shape listed_image();
answer::Shape container();  // inspected
answer::Shape network();
answer::Shape image();
answer::Shape version();
answer::Shape info();
answer::Shape swarm_info();  // of the engine's info, what it says of its swarm
answer::Shape swarm();
answer::Shape swarm_node();
answer::Shape exec();
answer::Shape stats();
answer::Shape listed_volumes();
answer::Shape volume();
answer::Shape distribution();    // what a registry has of an image
answer::Shape made();            // of a create: its id
answer::Shape removed_images();  // what an image's removal took away
answer::Shape refusal();         // of every status from 400 on

}  // namespace infra::nodes::shapes
