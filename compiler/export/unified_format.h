// The bits of Go's unified export data: sections of elements, each with a table of the elements that it refers to.
//
//     version, flags | ends of sections | ends of elements | elements | fingerprint        numbers of 4 bytes, little-endian
//     element: count, (section, index)... | data                                           base-128 numbers
//
// Strings are elements without a table. An object has one index in four sections: name, object, extension, dictionary.
#ifndef GANNET_COMPILER_EXPORT_UNIFIED_FORMAT_H
#define GANNET_COMPILER_EXPORT_UNIFIED_FORMAT_H

#include "compiler/export/format.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gannet::exports::unified {

inline constexpr std::uint32_t kVersion = 2;
inline constexpr std::size_t kFingerprintBytes = 8;

enum class SectionKind : std::uint8_t {
  String,
  Meta,
  PosBase,
  Pkg,
  Name,
  Type,
  Obj,
  ObjExt,
  ObjDict,
  Body,
};
inline constexpr std::size_t kSections = 10;

enum class TypeCode : std::uint8_t {
  Basic,
  Named,
  Pointer,
  Slice,
  Array,
  Chan,
  Map,
  Signature,
  Struct,
  Interface,
  Union,
  TypeParam,
};

enum class ObjCode : std::uint8_t { Alias, Const, Type, Func, Var, Stub };

enum class ValueCode : std::uint8_t { Bool, String, Int64, BigInt, BigRat, BigFloat };

// The elements of a file, in the making.
class Elements {
public:
  std::uint32_t reserve(SectionKind section) {
    auto &list = sections_[static_cast<std::size_t>(section)];
    list.emplace_back();
    return static_cast<std::uint32_t>(list.size() - 1);
  }
  void set(SectionKind section, std::uint32_t index, std::string bytes) {
    sections_[static_cast<std::size_t>(section)][index] = std::move(bytes);
  }
  // The index of an element of these bytes: elements of types and strings are shared.
  std::uint32_t shared(SectionKind section, std::string bytes) {
    auto [it, fresh] = shared_.try_emplace({section, bytes}, 0);
    if (fresh) {
      it->second = reserve(section);
      set(section, it->second, std::move(bytes));
    }
    return it->second;
  }
  std::uint32_t string(std::string_view text) { return shared(SectionKind::String, std::string(text)); }

  // The whole file. The fingerprint is that of the caller.
  std::string file(std::uint64_t fingerprint) const;

private:
  std::array<std::vector<std::string>, kSections> sections_;
  std::map<std::pair<SectionKind, std::string>, std::uint32_t> shared_;
};

// One element in the making.
class Element {
public:
  explicit Element(Elements &all) : all_(all) {}

  void flag(bool b) { data_.data.push_back(b ? 1 : 0); }
  void number(std::uint64_t n) { data_.u(n); }
  void integer(std::int64_t n) { data_.s(n); }
  template <typename Code> void code(Code c) { data_.u(static_cast<std::uint64_t>(c)); }
  void string(std::string_view text) { refer(SectionKind::String, all_.string(text)); }
  void refer(SectionKind section, std::uint32_t index) {
    auto [it, fresh] = places_.try_emplace({section, index}, static_cast<std::uint32_t>(table_.size()));
    if (fresh)
      table_.emplace_back(section, index);
    data_.u(it->second);
  }

  std::string bytes() const {
    Bytes out;
    out.u(table_.size());
    for (const auto &[section, index] : table_) {
      out.u(static_cast<std::uint64_t>(section));
      out.u(index);
    }
    return out.data + data_.data;
  }

private:
  Elements &all_;
  Bytes data_;
  std::vector<std::pair<SectionKind, std::uint32_t>> table_;
  std::map<std::pair<SectionKind, std::uint32_t>, std::uint32_t> places_;
};

} // namespace gannet::exports::unified

#endif
