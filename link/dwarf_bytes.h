// Bytes of DWARF sections as they grow, and the numbers of the standard that are used. Source: DWARF 5, section 7.
#ifndef GANNET_LINK_DWARF_BYTES_H
#define GANNET_LINK_DWARF_BYTES_H

#include "link/byte_buffer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gannet::link {

class DwarfBytes : public ByteBuffer {
public:
  void uleb(std::uint64_t v) {
    char *at = room(kLebBytes);
    for (; v >= 0x80; v >>= 7)
      *at++ = char(v | 0x80);
    *at++ = char(v);
    advance(at);
  }
  void sleb(std::int64_t v) {
    char *at = room(kLebBytes);
    for (;; v >>= 7) {
      const std::int64_t rest = v >> 6; // the sign of what is written included
      *at++ = char(rest == 0 || rest == -1 ? v & 0x7f : v | 0x80);
      if (rest == 0 || rest == -1)
        break;
    }
    advance(at);
  }
  void text(std::string_view s) {
    char *at = room(s.size() + 1);
    at = std::copy(s.begin(), s.end(), at);
    *at++ = 0;
    advance(at);
  }
  // A length or an offset that is known later: its place.
  std::size_t reserve32() {
    number(0, 4);
    return size() - 4;
  }
  // Sets the four bytes at `at` to the length of what came after them.
  void closeLength(std::size_t at) { patch32(at, size() - at - 4); }
  // Of what stands behind its length as uleb, which is nearly always a byte: where it starts, for closeSized.
  std::size_t openSized() {
    u8(0);
    return size();
  }
  void closeSized(std::size_t start) {
    const std::size_t length = size() - start;
    if (length >= 0x80) {
      const std::string contents(view().substr(start));
      truncate(start - 1);
      uleb(length);
      append(contents);
      return;
    }
    (*this)[start - 1] = char(length);
  }

private:
  static constexpr std::size_t kLebBytes = 10; // 64 bits at 7 a byte
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
DwarfBytes dwarfAbbreviations();

} // namespace gannet::link

#endif
