// Git trees that no git command would make, read as the loop reads a stranger's commit.
#pragma once
#include <string>
#include <string_view>

namespace infra {

// `input`: objects, each ended by a line "--". One that begins with 'b' is a blob of what follows; one with 't' is a
// tree in git's own bytes, in which a '%' and a digit stand for the 20 bytes of an earlier object's name. The last tree
// is the commit's. Whatever it is: an answer or an Error with a code, and no answer is a name that leads out of the
// folder.
void fuzz_git_tree(std::string_view input);

// Of `seed`: an input with hostile names, modes, links, cycles and order.
std::string hostile_tree(unsigned seed);

}  // namespace infra
