// Types as text: as messages show them, and as hash keys. (link_string.h has the names for linker symbols.)
#ifndef GANNET_COMPILER_TYPES_TYPE_STRING_H
#define GANNET_COMPILER_TYPES_TYPE_STRING_H

#include <string>

#include "compiler/types/object.h"
#include "compiler/types/type.h"

namespace gannet::types {

// How package names are written before names of other packages.
enum class Qualify : std::uint8_t {
  ByName, // the package's name, nothing for names of `relative_to`: messages
  ByPath, // the full import path, always
};

struct TypeStringOptions {
  Qualify qualify = Qualify::ByName;
  const Package *relative_to = nullptr;
  // Hash form: aliases resolved, no parameter names, type parameters by id, declared types by id. Identical types have
  // equal strings; the reverse holds except for struct and interface details that identity checks decide.
  bool hash = false;
  const MessageStyle *style = nullptr; // may be null
  bool no_param_names = false;
  bool mark_packages = false; // unexported struct fields with their package in a comment
};

std::string typeString(const Type *t, const TypeStringOptions &options = {});
// Form for messages about package `pkg`.
std::string typeString(const Type *t, const Package *pkg);
// Without "func": "(x int, y string) error".
std::string signatureString(const Signature *s, const TypeStringOptions &options);
// An object as messages show it: "var x int", "func f()", "type T struct{...}".
std::string objectString(const Object *o, const Package *pkg);

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_TYPE_STRING_H
