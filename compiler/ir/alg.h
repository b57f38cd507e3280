// Equality and hashing of types: which need code, which runtime routine serves, and the synthesized functions.
//
// Type descriptors and map types name them: `type:.eq.T` is func(p, q unsafe.Pointer) bool, `type:.hash.T` is
// func(p unsafe.Pointer, h uintptr) uintptr; both are dup-ok functions of the Package.
#ifndef GANNET_COMPILER_IR_ALG_H
#define GANNET_COMPILER_IR_ALG_H

#include "compiler/ir/package.h"

#include <cstdint>
#include <string>

namespace gannet::ir {

enum class Alg : std::uint8_t {
  None,     // not comparable
  Memory,   // plain bytes: as many as the type has
  String,
  Iface,    // non-empty interface
  NilIface, // any
  Float32,
  Float64,
  Complex64,
  Complex128,
  Special,  // synthesized code
};
Alg algOf(types::Type *type);
// Has the type padding or blank fields, so that equal values may have different bytes, or is it of no Memory kind?
bool isPlainMemory(types::Type *type);
// Must a map remember to overwrite the key on update (floats, strings, interfaces)? May hashing it panic?
bool needKeyUpdate(types::Type *type);
bool hashMightPanic(types::Type *type);

// The symbol of the func value to put into a type descriptor's Equal word or a map type's Hasher word: "runtime.memequal64·f",
// "runtime.strequal·f", "type:.eqfunc24" (data: a closure object of code runtime.memequal_varlen and size 24; likewise
// "type:.hashfunc24"), "type:.eq.T·f". Empty if the type is not comparable.
// Special ones: adds the function (and those that it needs) to `package` to be emitted if it is not there yet.
std::string equalSymbol(Package &package, types::Type *type);
std::string hashSymbol(Package &package, types::Type *type);
// The function itself for Alg::Special, else null.
Func *equalFunc(Package &package, types::Type *type);
Func *hashFunc(Package &package, types::Type *type);

} // namespace gannet::ir

#endif
