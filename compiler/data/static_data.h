// Static data of one object: symbols that code and other data point at, and values written into bytes at compile time.
//
// One StaticData writes into one object::Unit; functions compiled apart each have their own. All it makes is either
// dup-ok and named by what it holds, or numbered after a prefix that only its user has, so that the outcome does not
// depend on what else is compiled. It names type descriptors; making them is TypeDescriptors' work.
#ifndef GANNET_COMPILER_DATA_STATIC_DATA_H_
#define GANNET_COMPILER_DATA_STATIC_DATA_H_

#include "compiler/data/layout.h"
#include "compiler/ir/package.h"
#include "compiler/object/unit.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace gannet::constant {
class Value;
}

namespace gannet::data {

// The types whose descriptors are named somewhere, in order of first use.
class NeededTypes {
public:
  void add(types::Type *t) {
    if (seen_.insert(t).second)
      list_.push_back(t);
  }
  const std::vector<types::Type *> &list() const { return list_; }

private:
  std::vector<types::Type *> list_;
  std::unordered_set<types::Type *> seen_; // never iterated
};

// Little-endian bytes with relocations, before they become a symbol.
struct DataBytes {
  std::vector<std::uint8_t> bytes;
  std::vector<object::Reloc> relocs;

  void put(std::int64_t at, std::uint64_t value, unsigned size_bytes);
  void putAddr(std::int64_t at, object::SymbolId target, std::int64_t addend = 0,
               object::RelocKind kind = object::RelocKind::Abs64) {
    relocs.push_back({static_cast<std::uint32_t>(at), kind, target, addend});
  }
  bool allZero() const;
};

class StaticData {
public:
  // `prefix` starts the names of numbered symbols: "pkg" gives pkg..stat_0 (IR names its own pkg..stmp_N).
  StaticData(ir::Package &package, Layouts &layouts, NeededTypes &needed, object::Unit &unit, std::string prefix)
      : package_(package), layouts_(layouts), needed_(needed), unit_(unit), prefix_(std::move(prefix)) {}

  object::Unit &unit() { return unit_; }
  Layouts &layouts() { return layouts_; }
  ir::Package &package() { return package_; }

  // ---- names; the views live as long as the unit
  std::string_view nameOf(object::SymbolId s) const { return unit_[s].name; }
  object::SymbolId symbol(std::string_view name) { return unit_.symbol(name); }

  // Bytes of a string constant; not for the empty string.
  object::SymbolId string(std::string_view text);
  // The descriptor of t, to be made by whoever holds it.
  object::SymbolId type(types::Type *t);
  // The itab of concrete type t for interface i (not empty), defined here.
  object::SymbolId itab(types::Type *t, types::Type *i);
  // The word an interface of type i that holds a t starts with: descriptor or itab.
  object::SymbolId ifaceWord(types::Type *t, types::Type *i);
  // The read-only func value of a function: NAME·f, defined here.
  object::SymbolId funcValue(std::string_view func_name);
  object::SymbolId funcValue(const ir::Func &f);

  // A new numbered symbol holding `data`: prefix..stat_N.
  object::SymbolId addStatic(types::Type *t, DataBytes data, bool read_only);
  // Read-only data found by its contents.
  object::SymbolId addReadOnly(types::Type *t, DataBytes data);
  // Defines `s` as a variable of type t with those contents: picks the section.
  void defineVariable(object::SymbolId s, types::Type *t, DataBytes data, std::uint32_t flags, bool read_only);

  // ---- values
  // Can the expression be written as data? `fresh` says that storage it names (slice and pointer literals) may be
  // shared between evaluations: true for package variables, which are evaluated once, and what is never written.
  bool isStatic(const ir::Node &n, bool fresh) const;
  // Writes the value of a static expression at offset `at` of `out`.
  void write(DataBytes &out, std::int64_t at, const ir::Node &n);
  void writeConst(DataBytes &out, std::int64_t at, types::Type *t, const constant::Value &v);

private:
  bool isStaticAddr(const ir::Node &n) const;
  void writeAddr(DataBytes &out, std::int64_t at, const ir::Node &lvalue);
  void writeIface(DataBytes &out, std::int64_t at, const ir::Node &n);
  void writeSlice(DataBytes &out, std::int64_t at, const ir::Node &n);
  object::SymbolId literalStorage(types::Type *t, const ir::Node &value);

  ir::Package &package_;
  Layouts &layouts_;
  NeededTypes &needed_;
  object::Unit &unit_;
  std::string prefix_;
  std::uint32_t next_static_ = 0;
};

} // namespace gannet::data

#endif // GANNET_COMPILER_DATA_STATIC_DATA_H_
