// Descriptions of types for debuggers (object/debug.h), made as variables name them.
#ifndef GANNET_COMPILER_DATA_DEBUG_TYPES_H_
#define GANNET_COMPILER_DATA_DEBUG_TYPES_H_

#include "compiler/data/layout.h"
#include "compiler/ir/package.h"
#include "compiler/object/unit.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace gannet::data {

// Adds to the debug information of the package's unit. Not thread-safe.
class DebugTypes {
public:
  DebugTypes(ir::Package &package, Layouts &layouts, object::Unit &unit)
      : package_(package), layouts_(layouts), unit_(unit) {}

  // The type's number; it and what it is made of are described if they are not yet.
  object::DebugTypeId of(types::Type *t);
  // Describes the types that the package declares, for objects that name them alone, its variables and constants.
  void addPackage();

private:
  struct Pending {
    object::DebugTypeId id;
    types::Type *type;
  };
  void addConstants();
  object::DebugTypeId number(types::Type *t);
  object::DebugType described(std::string_view name, types::Type *t);

  ir::Package &package_;
  Layouts &layouts_;
  object::Unit &unit_;
  std::vector<Pending> pending_;                                     // numbered, not described
  std::unordered_map<types::Type *, object::DebugTypeId> by_type_;   // never iterated
  std::unordered_map<std::string, object::DebugTypeId> by_name_;     // never iterated
};

} // namespace gannet::data

#endif // GANNET_COMPILER_DATA_DEBUG_TYPES_H_
