// Questions about types: identity, comparability, and membership in the classes of basic types.
//
// "is" predicates are false for type parameters; "all" predicates ask whether every type in the type set has the property.
#ifndef GANNET_COMPILER_TYPES_PREDICATES_H
#define GANNET_COMPILER_TYPES_PREDICATES_H

#include <string>

#include "compiler/types/type.h"

namespace gannet::types {

bool isValid(Type *t);
bool isBoolean(Type *t);
bool isInteger(Type *t);
bool isUnsigned(Type *t);
bool isFloat(Type *t);
bool isComplex(Type *t);
bool isNumeric(Type *t);
bool isString(Type *t);
bool isConstType(Type *t);

bool allBoolean(Type *t);
bool allInteger(Type *t);
bool allUnsigned(Type *t);
bool allNumeric(Type *t);
bool allString(Type *t);
bool allOrdered(Type *t);
bool allNumericOrString(Type *t);

bool isTyped(Type *t);
bool isUntyped(Type *t);
bool isUntypedNumeric(Type *t);
inline bool isPointer(Type *t) { return underAs<Pointer>(t) != nullptr; }
// A defined type, predeclared type or type parameter.
bool hasName(Type *t);
bool isInterface(Type *t);                 // type parameters included
bool isNonTypeParamInterface(Type *t);
bool isTypeParam(Type *t);
// A generic type that is not instantiated.
bool isGeneric(Type *t);
// nil is a value of the type (for type parameters: of every type in the set).
bool hasNil(Type *t);

// `dynamic`: interfaces count as comparable. `cause`, if given, receives why not ("struct containing []int cannot be
// compared"), or stays empty. `qualifier` is the package messages are for.
bool comparable(Type *t, bool dynamic = true, std::string *cause = nullptr, const Package *qualifier = nullptr);

bool identical(Type *x, Type *y);
bool identicalIgnoreTags(Type *x, Type *y);

// The default type of an untyped type; t itself if typed.
Type *defaultType(Context &context, Type *t);
// The larger kind of two untyped numeric types, or either if equal; null otherwise.
Type *maxUntyped(Type *x, Type *y);

// Does `name` as written in `pkg` denote `obj_name` of `obj_pkg`? (Unexported names are different in each package.)
bool sameId(const Package *obj_pkg, std::string_view obj_name, const Package *pkg, std::string_view name, bool fold_case);
bool isExportedName(std::string_view name);

// Does a type mention type parameters (any, or those of the list if given)?
bool isParameterized(TypeParamList list, Type *t);
bool mentionsTypeParams(Type *t);

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_PREDICATES_H
