// One TEXT: frame, instructions, tables. Used by assemble.cc.
#ifndef GANNET_COMPILER_ASM_FUNCTION_H
#define GANNET_COMPILER_ASM_FUNCTION_H

#include "compiler/asm/assemble.h"
#include "compiler/asm/mnemonics.h"
#include "compiler/asm/statement.h"

#include <set>

namespace gannet::assembler {

// Flags of TEXT and GLOBL (textflag.h).
enum : std::int64_t {
  kFlagDupOk = 2,
  kFlagNoSplit = 4,
  kFlagRodata = 8,
  kFlagNoPtr = 16,
  kFlagWrapper = 32,
  kFlagNeedCtxt = 64,
  kFlagTlsBss = 256,
  kFlagNoFrame = 512,
  kFlagReflectMethod = 1024,
  kFlagTopFrame = 2048,
  kFlagAbiWrapper = 4096,
};

// What the functions of one run share.
struct Context {
  object::Unit &unit;
  SourceSet &sources;
  Diagnostics &diags;
  const Options &options;
  MnemonicTable &mnemonics;
  x86::Encoder &encoder;
  const std::set<std::string, std::less<>> &data_names;

  // The object symbol of a name in code or data. A global that this unit does not define as data may be a function,
  // so it gets the suffix of its ABI; the linker falls back to the plain name if that is no Go function.
  object::SymbolId symbol(const SymbolRef &ref);
  // The same where it can only be data.
  object::SymbolId dataSymbol(const SymbolRef &ref);
  // Target of an Addr operand of a symbol, else none.
  object::SymbolId addressTarget(const AsmOperand &o);
};

void assembleFunction(Context &context, const Statement &text, const std::vector<const Statement *> &body);

} // namespace gannet::assembler

#endif
