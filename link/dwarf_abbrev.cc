// .debug_abbrev: the attributes of each kind of entry.
#include "link/dwarf_bytes.h"

#include <utility>

namespace gannet::link {

namespace {

struct Abbreviation {
  DwarfEntry entry;
  dw::Tag tag;
  bool children;
  std::initializer_list<std::pair<std::uint16_t, dw::Form>> attributes;
};

} // namespace

DwarfBytes dwarfAbbreviations() {
  using namespace dw;
  using E = DwarfEntry;
  static const Abbreviation kAll[] = {
      {E::Unit, kTagCompileUnit, true,
       {{kAtName, kFormString}, {kAtLanguage, kFormData1}, {kAtStmtList, kFormSecOffset}, {kAtLowPc, kFormAddr},
        {kAtHighPc, kFormData4}, {kAtCompDir, kFormString}, {kAtProducer, kFormString}}},
      {E::TypeUnit, kTagCompileUnit, true,
       {{kAtName, kFormString}, {kAtLanguage, kFormData1}, {kAtProducer, kFormString}}},
      {E::Func, kTagSubprogram, false,
       {{kAtName, kFormString}, {kAtLowPc, kFormAddr}, {kAtHighPc, kFormData4}, {kAtFrameBase, kFormExprloc},
        {kAtDeclFile, kFormUdata}, {kAtDeclLine, kFormUdata}, {kAtExternal, kFormFlagPresent}}},
      {E::FuncParent, kTagSubprogram, true,
       {{kAtName, kFormString}, {kAtLowPc, kFormAddr}, {kAtHighPc, kFormData4}, {kAtFrameBase, kFormExprloc},
        {kAtDeclFile, kFormUdata}, {kAtDeclLine, kFormUdata}, {kAtExternal, kFormFlagPresent}}},
      {E::AbstractFunc, kTagSubprogram, false,
       {{kAtName, kFormString}, {kAtInline, kFormData1}, {kAtDeclLine, kFormUdata}, {kAtExternal, kFormFlagPresent}}},
      {E::AbstractFuncParent, kTagSubprogram, true,
       {{kAtName, kFormString}, {kAtInline, kFormData1}, {kAtDeclLine, kFormUdata}, {kAtExternal, kFormFlagPresent}}},
      {E::Inlined, kTagInlinedSubroutine, false,
       {{kAtAbstractOrigin, kFormRefAddr}, {kAtLowPc, kFormAddr}, {kAtHighPc, kFormData4}, {kAtCallFile, kFormUdata},
        {kAtCallLine, kFormUdata}}},
      {E::InlinedParent, kTagInlinedSubroutine, true,
       {{kAtAbstractOrigin, kFormRefAddr}, {kAtLowPc, kFormAddr}, {kAtHighPc, kFormData4}, {kAtCallFile, kFormUdata},
        {kAtCallLine, kFormUdata}}},
      {E::InlinedRanges, kTagInlinedSubroutine, false,
       {{kAtAbstractOrigin, kFormRefAddr}, {kAtRanges, kFormSecOffset}, {kAtCallFile, kFormUdata},
        {kAtCallLine, kFormUdata}}},
      {E::InlinedRangesParent, kTagInlinedSubroutine, true,
       {{kAtAbstractOrigin, kFormRefAddr}, {kAtRanges, kFormSecOffset}, {kAtCallFile, kFormUdata},
        {kAtCallLine, kFormUdata}}},
      {E::Param, kTagFormalParameter, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDeclLine, kFormUdata}, {kAtLocation, kFormExprloc}}},
      {E::ParamAway, kTagFormalParameter, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDeclLine, kFormUdata}}},
      {E::ResultParam, kTagFormalParameter, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDeclLine, kFormUdata}, {kAtLocation, kFormExprloc},
        {kAtVariableParameter, kFormFlagPresent}}},
      {E::ResultAway, kTagFormalParameter, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDeclLine, kFormUdata},
        {kAtVariableParameter, kFormFlagPresent}}},
      {E::Variable, kTagVariable, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDeclLine, kFormUdata}, {kAtLocation, kFormExprloc}}},
      {E::VariableAway, kTagVariable, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDeclLine, kFormUdata}}},
      {E::ParamMoves, kTagFormalParameter, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDeclLine, kFormUdata}, {kAtLocation, kFormSecOffset}}},
      {E::ResultMoves, kTagFormalParameter, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDeclLine, kFormUdata}, {kAtLocation, kFormSecOffset},
        {kAtVariableParameter, kFormFlagPresent}}},
      {E::VariableMoves, kTagVariable, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDeclLine, kFormUdata}, {kAtLocation, kFormSecOffset}}},
      {E::InlinedParam, kTagFormalParameter, false, {{kAtAbstractOrigin, kFormRefAddr}, {kAtLocation, kFormExprloc}}},
      {E::InlinedParamAway, kTagFormalParameter, false, {{kAtAbstractOrigin, kFormRefAddr}}},
      {E::InlinedParamMoves, kTagFormalParameter, false, {{kAtAbstractOrigin, kFormRefAddr}, {kAtLocation, kFormSecOffset}}},
      {E::InlinedVariable, kTagVariable, false, {{kAtAbstractOrigin, kFormRefAddr}, {kAtLocation, kFormExprloc}}},
      {E::InlinedVariableMoves, kTagVariable, false, {{kAtAbstractOrigin, kFormRefAddr}, {kAtLocation, kFormSecOffset}}},
      {E::Block, kTagLexicalBlock, true, {{kAtLowPc, kFormAddr}, {kAtHighPc, kFormData4}}},
      {E::BlockRanges, kTagLexicalBlock, true, {{kAtRanges, kFormSecOffset}}},
      {E::Global, kTagVariable, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtLocation, kFormExprloc}, {kAtExternal, kFormFlagPresent}}},
      {E::Constant, kTagConstant, false, {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtConstValue, kFormSdata}}},
      {E::BaseType, kTagBaseType, false,
       {{kAtName, kFormString}, {kAtByteSize, kFormData1}, {kAtEncoding, kFormData1}, {kAtGoKind, kFormData1},
        {kAtGoRuntimeType, kFormAddr}}},
      {E::Struct, kTagStructure, true, {{kAtName, kFormString}, {kAtByteSize, kFormUdata}, {kAtGoKind, kFormData1},
        {kAtGoRuntimeType, kFormAddr}}},
      {E::EmptyStruct, kTagStructure, false, {{kAtName, kFormString}, {kAtByteSize, kFormUdata},
        {kAtGoKind, kFormData1}, {kAtGoRuntimeType, kFormAddr}}},
      {E::SeqStruct, kTagStructure, true,
       {{kAtName, kFormString}, {kAtByteSize, kFormUdata}, {kAtGoKind, kFormData1}, {kAtGoRuntimeType, kFormAddr},
        {kAtGoElem, kFormRefAddr}}},
      {E::Member, kTagMember, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDataMemberLocation, kFormUdata}}},
      {E::EmbeddedMember, kTagMember, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtDataMemberLocation, kFormUdata},
        {kAtGoEmbedded, kFormFlagPresent}}},
      {E::Array, kTagArray, true,
       {{kAtType, kFormRefAddr}, {kAtName, kFormString}, {kAtByteSize, kFormUdata}, {kAtGoKind, kFormData1},
        {kAtGoRuntimeType, kFormAddr}}},
      {E::Subrange, kTagSubrange, false, {{kAtType, kFormRefAddr}, {kAtCount, kFormUdata}}},
      {E::Pointer, kTagPointer, false, {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtGoKind, kFormData1},
        {kAtGoRuntimeType, kFormAddr}}},
      {E::VoidPointer, kTagPointer, false, {{kAtName, kFormString}, {kAtGoKind, kFormData1}, {kAtGoRuntimeType, kFormAddr}}},
      {E::Typedef, kTagTypedef, false, {{kAtName, kFormString}, {kAtType, kFormRefAddr}}},
      {E::KindTypedef, kTagTypedef, false, {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtGoKind, kFormData1},
        {kAtGoRuntimeType, kFormAddr}}},
      {E::ElemTypedef, kTagTypedef, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtGoKind, kFormData1}, {kAtGoRuntimeType, kFormAddr},
        {kAtGoElem, kFormRefAddr}}},
      {E::MapTypedef, kTagTypedef, false,
       {{kAtName, kFormString}, {kAtType, kFormRefAddr}, {kAtGoKind, kFormData1}, {kAtGoRuntimeType, kFormAddr},
        {kAtGoKey, kFormRefAddr},
        {kAtGoElem, kFormRefAddr}}},
      {E::Subroutine, kTagSubroutineType, false,
       {{kAtName, kFormString}, {kAtByteSize, kFormData1}, {kAtGoKind, kFormData1}, {kAtGoRuntimeType, kFormAddr}}},
      {E::Declaration, kTagStructure, false, {{kAtName, kFormString}, {kAtDeclaration, kFormFlagPresent}}},
  };
  DwarfBytes out;
  for (const Abbreviation &a : kAll) {
    out.uleb(std::uint64_t(a.entry));
    out.uleb(a.tag);
    out.u8(a.children);
    for (auto [attribute, form] : a.attributes) {
      out.uleb(attribute);
      out.uleb(form);
    }
    out.number(0, 2);
  }
  out.u8(0);
  return out;
}

} // namespace gannet::link
