// Adapters that make every method callable in every way that a descriptor, an itab or a method expression needs:
// value-receiver methods through pointers, promoted methods of embedded fields, methods of interfaces as functions.
#ifndef GANNET_COMPILER_IR_WRAPPERS_H
#define GANNET_COMPILER_IR_WRAPPERS_H

#include "compiler/ir/package.h"

#include <string>
#include <vector>

namespace gannet::ir {

// One method of a method set, as descriptors list them.
struct MethodEntry {
  types::Func *method;    // the (possibly promoted) method; its signature is that of the instance
  Func *direct = nullptr; // takes the receiver as a value of the type itself (descriptor: Tfn)
  Func *iface = nullptr;  // takes the interface data word (descriptor: Ifn; itab entry)
};

// The method set of T or *T in Go's order of symbols (methodNameLess), without functions.
std::vector<types::Func *> methodSet(types::Context &context, types::Type *type);

// The function of method `m` (of type's method set) for receivers of exactly `type`: the declared method or a wrapper. A wrapper that
// this object must hold is made and queued in package.funcs; one that the type's own package holds is only named.
Func *methodFunc(Package &package, types::Type *type, types::Func *m);
// The same for a receiver that is an interface's data word.
Func *ifaceMethodFunc(Package &package, types::Type *type, types::Func *m);

// The whole method set with functions.
std::vector<MethodEntry> methodEntries(Package &package, types::Type *type);

// Is `type` itself the data word of an interface that holds it (pointers, channels, maps, funcs, unsafe.Pointer, and
// one-field structs and one-element arrays of these)?
bool isDirectIface(types::Type *type);

// Does this object hold the descriptor of `type` (else the package that declares it does)? Declared types of other packages, and
// pointers to them, and predeclared types and pointers to them are elsewhere (the latter in package runtime).
bool descriptorIsHere(const Package &package, types::Type *type);

} // namespace gannet::ir

#endif
