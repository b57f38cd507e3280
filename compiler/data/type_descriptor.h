// Type descriptors in Go 1.26's internal/abi layout: what reflection, the collector, maps and interfaces read.
//
// A descriptor is the symbol `type:` + link string. Those of declared types (and pointers to them) stand in the object of
// the declaring package, of predeclared ones in package runtime; all others are dup-ok in each object that names them.
// Source: Go's internal/abi (type.go, map_swiss.go), sizes and offsets checked against go/types on amd64.
#ifndef GANNET_COMPILER_DATA_TYPE_DESCRIPTOR_H_
#define GANNET_COMPILER_DATA_TYPE_DESCRIPTOR_H_

#include "compiler/data/layout.h"
#include "compiler/data/static_data.h"
#include "compiler/ir/package.h"
#include "compiler/object/unit.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace gannet::data {

// The hash that descriptors and itabs carry: of the link string, alike in every package.
std::uint32_t typeHash(types::Type *t);

// abi.Kind of a basic type.
std::uint8_t abiKind(types::BasicKind b);

class TypeDescriptors {
public:
  TypeDescriptors(ir::Package &package, Layouts &layouts, NeededTypes &needed, object::Unit &unit)
      : package_(package), layouts_(layouts), needed_(needed), unit_(unit),
        data_(package, layouts, needed, unit, "") {}

  // Makes the descriptors of all needed types that are not made yet, and of those that they need. May queue functions
  // (wrappers, equality) in the package; those compiled later may need more types, so call again after them.
  void emitPending();

private:
  void emit(types::Type *t);
  void header(DataBytes &out, types::Type *t, std::int64_t total_bytes, bool uncommon);
  void kindPart(DataBytes &out, types::Type *t, types::Type *u);
  void uncommonPart(DataBytes &out, std::int64_t at, types::Type *t, const std::vector<types::Func *> &methods);
  void mapPart(DataBytes &out, types::Map *m);
  void gcData(DataBytes &out, types::Type *t);
  object::SymbolId closureOf(const std::string &symbol);
  object::SymbolId algSymbol(const std::string &symbol);
  object::SymbolId groupDescriptor(types::Map *m);
  object::SymbolId name(std::string_view text, std::string_view tag, bool exported, bool embedded,
                        const types::Package *pkg);
  object::SymbolId pkgPathName(const types::Package *pkg);

  ir::Package &package_;
  Layouts &layouts_;
  NeededTypes &needed_;
  object::Unit &unit_;
  StaticData data_;
  std::size_t done_ = 0; // of needed_
};

} // namespace gannet::data

#endif // GANNET_COMPILER_DATA_TYPE_DESCRIPTOR_H_
