// Go's mnemonics as LLVM opcodes.
//
// A mnemonic has a list of candidate opcodes; the first whose operands fit is taken. Go writes operands source first,
// so the usual order for the encoder is the reverse; forms say where it is not.
#ifndef GANNET_COMPILER_ASM_MNEMONICS_H
#define GANNET_COMPILER_ASM_MNEMONICS_H

#include "compiler/x86/encoder.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gannet::assembler {

// How Go's operand order maps onto the encoder's.
enum class Form : std::uint8_t {
  Reverse,   // destination last
  Forward,   // as Intel writes it: CMP
  Either,    // either fits: XCHG, TEST
  DropFirst, // the first operand is an implied register: SHA256RNDS2 X0, ...
  Compare,   // CMPSD source, destination, imm
};

struct Candidate {
  x86::Opcode op;
  std::vector<x86::Slot> slots;
  std::uint8_t imm_limit = 0; // bits of a sign-extended immediate, 0: any
  bool zeroing = false;       // wants the suffix .Z
  bool count_in_cl = false; // shifts by CL: the first Go operand is CX and is not encoded
};

struct Mnemonic {
  Form form = Form::Reverse;
  std::uint8_t imm_bits = 0;  // immediates are taken modulo that width (8, 16, 32); 64: must fit sign-extended; 0: as is
  std::int8_t cond = -1;      // condition code appended to the operands (SETcc, CMOVcc)
  std::vector<Candidate> candidates;
};

// Looks mnemonics up and remembers them. Not thread-safe.
class MnemonicTable {
public:
  // Null if there is no such mnemonic.
  const Mnemonic *find(std::string_view name);

private:
  std::unordered_map<std::string, Mnemonic> known_;
};

// Condition of a jump's mnemonic without the J ("EQ", "NZ", "HI"); synonyms as Go's assembler has them.
std::optional<x86::Cond> jumpCondition(std::string_view name);

} // namespace gannet::assembler

#endif
