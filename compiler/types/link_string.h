// Names of types in objects: the canonical string that identifies a type across packages, and the string reflection
// shows. Equal types have equal link strings, different types different ones, whoever compiles them.
//
// Link string: named types by full escaped package path (`encoding/json.Decoder`), local ones with "·N"; unexported
// fields and methods with their package; aliases resolved. Reflect string: named types by package name. Neither
// makes sense for types that hold type parameters.
#ifndef GANNET_COMPILER_TYPES_LINK_STRING_H
#define GANNET_COMPILER_TYPES_LINK_STRING_H

#include <string>
#include <string_view>
#include <vector>

#include "compiler/types/object.h"
#include "compiler/types/type.h"

namespace gannet::types {

// The path prefix of `pkg`'s symbols, without the dot (compiler/base/symbol_path.h).
std::string linkPrefix(const Package *pkg);

void appendLinkString(std::string &out, Type *t);
std::string linkString(Type *t);

// "[int,pkg.T]" for instances of functions and types; empty for no arguments.
std::string linkTypeArgs(TypeList args);

void appendReflectString(std::string &out, Type *t);
std::string reflectString(Type *t);

// Symbol of the type descriptor: "type:" + link string.
std::string typeSymbolName(Type *t);
// Symbol of the itab: "go:itab." + concrete type + "," + interface.
std::string itabSymbolName(Type *concrete, Type *interface);

// Go's order of symbols in method tables: exported names first, then by name, then unexported ones by package path.
bool methodNameLess(std::string_view a, const Package *a_pkg, std::string_view b, const Package *b_pkg);

// All methods of an interface, embedded ones included, in that order.
std::vector<Func *> sortedInterfaceMethods(Interface *t);

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_LINK_STRING_H
