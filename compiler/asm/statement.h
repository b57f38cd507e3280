// Statements of the assembler and their operands, as parsed.
#ifndef GANNET_COMPILER_ASM_STATEMENT_H
#define GANNET_COMPILER_ASM_STATEMENT_H

#include "compiler/asm/token.h"
#include "compiler/x86/encoder.h"

#include <optional>
#include <string>
#include <vector>

namespace gannet::assembler {

// What a register's name says of its use. `Tls` stands for the thread-local base.
enum class RegClass : std::uint8_t { None, Gpr, Gpr8, Xmm, Ymm, Zmm, Mask, Mmx, X87, Segment, Control, Debug, Tls, SB, FP, SP, PC };

struct RegName {
  RegClass cls = RegClass::None;
  x86::Reg reg = x86::Reg::None;
};
// SP is of class Gpr here; FP, SB and PC of their own.
std::optional<RegName> findRegister(std::string_view name);

// A symbol as written: `name<ABI>` or `name<>`; the name has Go's dots and slashes and the package path filled in.
struct SymbolRef {
  std::string name;
  bool is_static = false;
  bool abi_internal = false;
  bool has_abi = false;
};

struct AsmOperand {
  enum class Kind : std::uint8_t {
    None,
    Reg,
    Imm,       // $imm
    FloatImm,  // $1.5
    StringImm, // $"text"
    Addr,      // $sym+off(SB), $x+off(FP): address of the memory operand
    Mem,
    Label,     // a name: jump target
    Relative,  // n(PC): statements from here
  };
  enum class Base : std::uint8_t { None, Register, Symbol, Param, Auto };

  Kind kind = Kind::None;
  bool indirect = false; // written with a star: `CALL *sym(SB)` goes where the memory says
  RegName reg;
  std::int64_t imm = 0; // Imm; displacement of Mem and Addr; distance of Relative
  double number = 0;
  std::string text; // string, or label
  // Mem, Addr:
  Base base = Base::None;
  x86::Reg base_reg = x86::Reg::None;
  RegClass base_class = RegClass::None;
  RegName index;
  std::uint8_t scale = 0;
  SymbolRef symbol; // of Symbol; name of Param and Auto

  bool isReg(RegClass c) const { return kind == Kind::Reg && reg.cls == c; }
};

struct Statement {
  Pos pos;
  std::vector<std::string> labels; // that stand before it
  std::string op;                  // empty: labels alone
  std::vector<std::string> suffixes; // ".Z" without the dot
  std::vector<AsmOperand> operands;
  // TEXT
  std::int64_t flags = 0;
  std::int64_t frame_bytes = 0;
  std::int64_t args_bytes = -1; // -1: not said
  // DATA
  std::int64_t width = 0;
};

// Reads statements of one file. Errors are reported, and the statement skipped.
class Parser {
public:
  enum class Mode : std::uint8_t {
    Full,
    // Only the operands that name a function, `sym(SB)` with nothing else, are looked at: constants of go_asm.h are not
    // known yet when symbol ABIs are listed.
    References,
  };
  Parser(Input &input, Diagnostics &diags, std::string package_path, Mode mode = Mode::Full);

  // False at the end of the file.
  bool next(Statement &out);

private:
  using Tokens = std::vector<Token>;
  void findReferences(Statement &s, const std::vector<Tokens> &groups);
  bool parseOperands(Statement &s, std::vector<Tokens> &groups);
  bool parseOperand(const Tokens &tokens, AsmOperand &out);
  bool parseText(Statement &s, std::vector<Tokens> &groups);
  bool parseGlobl(Statement &s, std::vector<Tokens> &groups);
  bool parseData(Statement &s, std::vector<Tokens> &groups);
  bool parseMemory(const Tokens &tokens, std::size_t &at, AsmOperand &out);
  bool parseSymbol(const Tokens &tokens, std::size_t &at, AsmOperand &out);
  bool parseIndex(const Tokens &tokens, std::size_t &at, AsmOperand &out);
  bool parseExpr(const Tokens &tokens, std::size_t &at, std::int64_t &out);
  bool parseTerm(const Tokens &tokens, std::size_t &at, std::uint64_t &out);
  bool parseFactor(const Tokens &tokens, std::size_t &at, std::uint64_t &out);
  bool parseFloat(const Tokens &tokens, std::size_t &at, double &out);
  bool constant(const Tokens &tokens, std::int64_t &out, const char *what);
  bool fail(std::string message);
  std::string symbolName(std::string_view text) const;

  Input &input_;
  Diagnostics &diags_;
  std::string package_path_;
  Mode mode_;
  Pos pos_;
  std::vector<std::string> labels_;
};

// A package path as symbol names write it: dots after the last slash, quotes, controls and bytes above 7f as %xx.
std::string pathToPrefix(std::string_view path);

} // namespace gannet::assembler

#endif
