// The table behind op.h.
#include "compiler/ssa/op.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gannet::ssa {
namespace {

constexpr std::string_view kTypeTexts[kTypeCount] = {"void", "bool", "i8",   "i16", "i32",   "i64",  "f32",
                                                     "f64",  "ptr",  "v128", "mem", "flags", "tuple"};

// The words of the effects column, apart from those of the other columns.
namespace effect_words {
constexpr std::uint32_t Pure = Effects::Pure, Commutes = Effects::Commutes, ReadsMem = Effects::ReadsMem,
                        WritesMem = Effects::WritesMem, MayFault = Effects::MayFault, Call = Effects::Call,
                        Keep = Effects::Keep, Cheap = Effects::Cheap, Entry = Effects::Entry,
                        NoSpeculate = Effects::NoSpeculate;
} // namespace effect_words

struct Operands {
  OperandClass list[kMaxOperands] = {};
  std::uint8_t count = 0;
  bool has_rest = false;
};

template <typename... Classes> constexpr Operands operands(Classes... classes) {
  Operands out;
  for (OperandClass c : std::initializer_list<OperandClass>{classes...}) {
    if (c == OperandClass::Rest)
      out.has_rest = true;
    else
      out.list[out.count++] = c;
  }
  return out;
}

constexpr OpInfo row(std::string_view text, Operands ops, OperandClass result, AuxKind aux, std::uint32_t effects) {
  OpInfo info{};
  info.text = text;
  for (unsigned i = 0; i < kMaxOperands; ++i)
    info.operands[i] = ops.list[i];
  info.operand_count = ops.count;
  info.has_rest = ops.has_rest;
  info.result = result;
  info.aux = aux;
  info.effects = effects;
  return info;
}

constexpr auto kTable = [] {
  using enum OperandClass;
  std::array<OpInfo, kOpCount> table{};
  unsigned at = 0;
#define GANNET_OP(name, text, ops, result, aux, effects)                                                               \
  table[at++] = row(text, operands ops, OperandClass::result, AuxKind::aux, [] { using namespace effect_words; return static_cast<std::uint32_t>(effects); }());
#include "compiler/ssa/ops.def"
#undef GANNET_OP
  return table;
}();

} // namespace

std::string_view typeText(Type t) { return kTypeTexts[static_cast<unsigned>(t)]; }

std::optional<Type> typeNamed(std::string_view text) {
  for (unsigned i = 0; i < kTypeCount; ++i)
    if (kTypeTexts[i] == text)
      return static_cast<Type>(i);
  return std::nullopt;
}

const OpInfo &opInfo(Op op) { return kTable[static_cast<unsigned>(op)]; }

std::optional<Op> opNamed(std::string_view text) {
  static constexpr auto kSorted = [] {
    std::array<std::pair<std::string_view, std::uint16_t>, kOpCount> list{};
    for (unsigned i = 0; i < kOpCount; ++i)
      list[i] = {kTable[i].text, static_cast<std::uint16_t>(i)};
    std::sort(list.begin(), list.end());
    return list;
  }();
  auto found = std::lower_bound(kSorted.begin(), kSorted.end(), text,
                                [](const auto &entry, std::string_view name) { return entry.first < name; });
  if (found == kSorted.end() || found->first != text)
    return std::nullopt;
  return static_cast<Op>(found->second);
}

} // namespace gannet::ssa
