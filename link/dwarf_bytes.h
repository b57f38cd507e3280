// Bytes of DWARF sections as they grow, and the numbers of the standard that are used. Source: DWARF 5, section 7.
#ifndef GANNET_LINK_DWARF_BYTES_H
#define GANNET_LINK_DWARF_BYTES_H

#include "compiler/base/little_endian.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace gannet::link {

class DwarfBytes {
public:
  std::string data;
  void u8(std::uint64_t v) { data.push_back(char(v)); }
  void number(std::uint64_t v, int n) { appendLe(data, v, n); }
  void uleb(std::uint64_t v) {
    for (; v >= 0x80; v >>= 7)
      u8(v | 0x80);
    u8(v);
  }
  void sleb(std::int64_t v) {
    for (;;) {
      std::uint8_t b = v & 0x7f;
      v >>= 7;
      bool last = (v == 0 && !(b & 0x40)) || (v == -1 && (b & 0x40));
      u8(last ? b : b | 0x80);
      if (last)
        return;
    }
  }
  void text(std::string_view s) {
    data.append(s);
    data.push_back(0);
  }
  // A length or an offset that is known later: its place.
  std::size_t reserve32() {
    number(0, 4);
    return data.size() - 4;
  }
  void patch32(std::size_t at, std::uint64_t v) {
    for (int i = 0; i < 4; i++)
      data[at + std::size_t(i)] = char(v >> (8 * i));
  }
  void patch64(std::size_t at, std::uint64_t v) {
    for (int i = 0; i < 8; i++)
      data[at + std::size_t(i)] = char(v >> (8 * i));
  }
  void add32(std::size_t at, std::uint64_t v) {
    for (int i = 0; i < 4; i++)
      v += std::uint64_t(std::uint8_t(data[at + std::size_t(i)])) << (8 * i);
    patch32(at, v);
  }
  // Sets the four bytes at `at` to the length of what came after them.
  void closeLength(std::size_t at) { patch32(at, data.size() - at - 4); }
};

namespace dw {
enum Tag : std::uint8_t {
  kTagArray = 0x01, kTagFormalParameter = 0x05, kTagLexicalBlock = 0x0b, kTagMember = 0x0d, kTagPointer = 0x0f, kTagCompileUnit = 0x11,
  kTagStructure = 0x13, kTagSubroutineType = 0x15, kTagTypedef = 0x16, kTagInlinedSubroutine = 0x1d, kTagSubrange = 0x21,
  kTagBaseType = 0x24, kTagConstant = 0x27, kTagSubprogram = 0x2e, kTagVariable = 0x34,
};
enum At : std::uint8_t {
  kAtLocation = 0x02, kAtName = 0x03, kAtByteSize = 0x0b, kAtStmtList = 0x10, kAtLowPc = 0x11, kAtHighPc = 0x12,
  kAtLanguage = 0x13, kAtCompDir = 0x1b, kAtConstValue = 0x1c, kAtInline = 0x20, kAtProducer = 0x25, kAtAbstractOrigin = 0x31, kAtCount = 0x37,
  kAtDataMemberLocation = 0x38, kAtDeclFile = 0x3a, kAtDeclLine = 0x3b, kAtDeclaration = 0x3c, kAtEncoding = 0x3e,
  kAtExternal = 0x3f, kAtFrameBase = 0x40, kAtType = 0x49, kAtVariableParameter = 0x4b, kAtRanges = 0x55, kAtCallFile = 0x58,
  kAtCallLine = 0x59,
};
// Go's own attributes: reflect.Kind, key and element type, embedded field, offset of the type's descriptor from runtime.types
// (0: the program has none). They take two bytes.
inline constexpr std::uint16_t kAtGoKind = 0x2900, kAtGoKey = 0x2901, kAtGoElem = 0x2902, kAtGoEmbedded = 0x2903,
                               kAtGoRuntimeType = 0x2904;
enum Form : std::uint8_t {
  kFormAddr = 0x01, kFormData4 = 0x06, kFormString = 0x08, kFormData1 = 0x0b, kFormSdata = 0x0d, kFormUdata = 0x0f, kFormRefAddr = 0x10,
  kFormSecOffset = 0x17, kFormExprloc = 0x18, kFormFlagPresent = 0x19,
};
enum Encoding : std::uint8_t { kEncBoolean = 2, kEncComplexFloat = 3, kEncFloat = 4, kEncSigned = 5, kEncUnsigned = 7 };
enum Op : std::uint8_t {
  kOpAddr = 0x03, kOpDeref = 0x06, kOpConsts = 0x11, kOpReg0 = 0x50, kOpBreg0 = 0x70, kOpRegx = 0x90, kOpFbreg = 0x91, kOpBregx = 0x92,
  kOpPiece = 0x93, kOpCallFrameCfa = 0x9c,
  kOpStackValue = 0x9f,
};
enum LocationEntry : std::uint8_t { kEndOfList = 0x00, kOffsetPair = 0x04, kBaseAddress = 0x06 };
inline constexpr std::uint8_t kLangGo = 0x16, kUnitCompile = 0x01, kInlInlined = 0x01;
} // namespace dw

// Kinds of entries; the number of each is its code in .debug_abbrev.
enum class DwarfEntry : std::uint8_t {
  End = 0,
  Unit,           // name, language, line table, low and high pc, folder, producer
  TypeUnit,       // name, language, producer
  Func,           // name, low and high pc, frame base, file, line, external; without children
  FuncParent,     // the same with children
  AbstractFunc,   // name, line: what was inlined somewhere
  AbstractFuncParent, // the same with parameters and variables
  Inlined,        // origin, low and high pc, file and line of the call
  InlinedParent,  // the same with children
  InlinedRanges,  // as Inlined, with a list of ranges
  InlinedRangesParent,
  Param,          // name, type, line, location
  ParamAway,      // name, type, line: optimized out
  ResultParam,    // as Param, and as ParamAway, marked as results
  ResultAway,
  Variable,       // name, type, line, location
  VariableAway,
  ParamMoves,     // name, type, line, list of locations
  ResultMoves,
  VariableMoves,
  InlinedParam,   // origin, location: of an inlined call
  InlinedParamAway, // origin
  InlinedParamMoves, // origin, list of locations
  InlinedVariable,
  InlinedVariableMoves,
  Block,          // low and high pc; children
  BlockRanges,    // ranges; children
  Global,         // name, type, location, external
  Constant,       // name, type, value
  BaseType,       // name, size, encoding, kind; here and below the descriptor goes with the kind
  Struct,         // name, size, kind; children
  EmptyStruct,    // the same without children
  SeqStruct,      // the same with an element type: strings, slices
  Member,         // name, type, offset
  EmbeddedMember,
  Array,          // type, name, size, kind; children
  Subrange,       // type, count
  Pointer,        // name, type, kind
  VoidPointer,    // name, kind
  Typedef,        // name, type
  KindTypedef,    // name, type, kind
  ElemTypedef,    // name, type, kind, element
  MapTypedef,     // name, type, kind, key, element
  Subroutine,     // name, size, kind
  Declaration,    // name: a structure described nowhere
};

// The whole of .debug_abbrev.
std::string dwarfAbbreviations();

} // namespace gannet::link

#endif
