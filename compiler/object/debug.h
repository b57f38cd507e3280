// What debuggers are told about a package's types and variables. The linker makes DWARF of it (link/dwarf*.cc).
//
// Types are described where they are declared, the others (unnamed types, instances) in each object that uses them; elsewhere a
// declared type is External: its name alone. Names are link strings, so that equal types of several objects are one.
// Source: DWARF 5; the kinds are those of Go's reflect.
#ifndef GANNET_COMPILER_OBJECT_DEBUG_H
#define GANNET_COMPILER_OBJECT_DEBUG_H

#include "compiler/base/id.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gannet::object {

// Dense from 0 in one object.
struct DebugTypeId : Id<DebugTypeId> {
  using Id::Id;
};

enum class DebugKind : std::uint8_t {
  External = 0, // described in another object
  Bool = 1,
  Int = 2,
  Int8, Int16, Int32, Int64,
  Uint, Uint8, Uint16, Uint32, Uint64, Uintptr,
  Float32, Float64, Complex64, Complex128,
  Array,     // elem, count
  Chan,      // elem
  Func,
  Interface, // count: of its methods
  Map,       // key, elem
  Pointer,   // elem
  Slice,     // elem
  String,
  Struct,    // fields
  UnsafePointer,
};

struct DebugField {
  std::string_view name;
  DebugTypeId type{};
  std::uint64_t offset = 0; // bytes
  bool embedded = false;
};

struct DebugType {
  std::string_view name;
  DebugKind kind = DebugKind::External;
  bool declared = false; // has a name of its own, not one made of its parts
  std::uint64_t size_bytes = 0;
  DebugTypeId elem{}, key{}; // none where the kind has no such part
  std::uint64_t count = 0;
  std::vector<DebugField> fields{};
};

// Where a part of a variable is while the pc is in [from, to).
struct DebugLocation {
  std::uint32_t from = 0, to = 0;           // bytes from the function's start
  std::uint32_t offset = 0, size_bytes = 0; // of the part in the variable
  enum class Kind : std::uint8_t {
    Frame,    // at `place` bytes from the canonical frame address
    Register, // in the one with the DWARF number `place`
    Constant, // nowhere: its bits are the lowest of `place`
  };
  Kind kind = Kind::Frame;
  std::int64_t place = 0;
};

// A variable of a function.
struct DebugVariable {
  enum class Role : std::uint8_t { Param, Result, Auto };
  enum class Place : std::uint8_t {
    None,     // nowhere that could be told: optimized out
    Frame,    // at cfa_offset
    Indirect, // its address is at cfa_offset
    Moves,    // where `locations` say
    MovesIndirect, // its address is where `locations` say
  };
  std::string_view name;
  DebugTypeId type{};
  Role role = Role::Auto;
  Place place = Place::None;
  std::int32_t line = 0;
  std::int64_t cfa_offset = 0; // bytes from the canonical frame address, which is the caller's SP at the call
  std::uint32_t call = 0;               // the inlined call whose function declares it, counted from 1; 0: the function itself
  std::uint32_t scope = 0;              // the DebugScope that declares it, counted from 1; 0: the function, or the inlined call
  std::uint64_t size_bytes = 0;         // of one that moves
  std::vector<DebugLocation> locations{}; // by ascending pc for each part
};

// A block that declares variables. Blocks come before those in them: the function's own first, then those of each inlined call.
struct DebugScope {
  std::uint32_t call = 0;   // as DebugVariable::call
  std::uint32_t parent = 0; // as DebugVariable::scope, of the same call
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges{}; // its code, [from, to) from the function's start, in order
};

// A package variable.
struct DebugGlobal {
  std::string_view symbol;
  DebugTypeId type{};
};

// A package constant of an integer type.
struct DebugConstant {
  std::string_view symbol;
  DebugTypeId type{};
  std::int64_t value = 0; // of the bits, if the type is unsigned
};

struct DebugInfo {
  bool optimized = true; // false: -N
  bool inlined = true;   // false: -l
  std::vector<DebugType> types;
  std::vector<DebugGlobal> globals;
  std::vector<DebugConstant> constants;

  bool empty() const { return types.empty() && globals.empty() && constants.empty() && optimized && inlined; }
};

} // namespace gannet::object

#endif
