// Finding fields and methods by name, through embedding; method sets; implementation of interfaces.
#ifndef GANNET_COMPILER_TYPES_LOOKUP_H
#define GANNET_COMPILER_TYPES_LOOKUP_H

#include <string>
#include <string_view>
#include <vector>

#include "compiler/types/object.h"
#include "compiler/types/type.h"

namespace gannet::types {

struct LookupResult {
  Object *object = nullptr; // Var or Func; null if not found
  std::vector<int> path;    // as in Selection::path; not empty without an object: the selector is ambiguous
  bool indirect = false;    // a pointer was followed; without object and path: the method has a pointer receiver
};

// Looks for field or method `name`, as written in `pkg`, of type t. `addressable`: t's value is addressable, so methods
// with pointer receivers count.
LookupResult lookupFieldOrMethod(Type *t, bool addressable, const Package *pkg, std::string_view name,
                                 bool fold_case = false);

// Index among the fields, or -1.
int fieldIndex(VarList fields, const Package *pkg, std::string_view name, bool fold_case = false);

// If t is a pointer (not a named one), what it points to, and sets *is_pointer; else t.
Type *deref(Type *t, bool *is_pointer = nullptr);
// Pointer to struct: the struct type; else t.
Type *derefStructPtr(Type *t);
bool isInterfacePtr(Type *t);

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_LOOKUP_H
