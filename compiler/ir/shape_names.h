// The names that profiles show for instances of generic functions.
//
// Gannet compiles an instance for each list of type arguments and names it by them, exactly. Go compiles one for each list of
// *shapes*, and profiles of Go programs show those names: pkg.F[go.shape.int] for F[int] and F[time.Duration]. So that profiles of
// the same program agree, the run-time function table has them too. The shape of a type is its underlying type, except that all
// pointers have one where the constraint asks for methods alone; a long one is replaced by its hash.
// Go's names also tell whether an argument was made of another function's type parameter ([]go.shape.int and not []int); instances
// of full types cannot know.
#ifndef GANNET_COMPILER_IR_SHAPE_NAMES_H
#define GANNET_COMPILER_IR_SHAPE_NAMES_H

#include "compiler/ir/package.h"

#include <string>
#include <utility>
#include <vector>

namespace gannet::ir {

// The shown name of an instance; empty if it has its own.
std::string shapeName(const Func &instance);
// Linker symbol and shown name of each instance that the package names, in order of first use. The literals in an instance
// begin with its name in both.
std::vector<std::pair<std::string, std::string>> shapeNames(const Package &package);

} // namespace gannet::ir

#endif
