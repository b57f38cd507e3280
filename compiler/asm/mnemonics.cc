#include "compiler/asm/mnemonics.h"

#include <cctype>

namespace gannet::assembler {

namespace {

using x86::Cond;
using x86::Slot;

struct CondName {
  std::string_view name;
  Cond cond;
};
// Go's names; the first of each condition is the one of SETcc and CMOVcc.
constexpr CondName kConds[] = {
    {"OS", Cond::O},  {"OC", Cond::NO},  {"CS", Cond::B},   {"CC", Cond::AE}, {"EQ", Cond::E},  {"NE", Cond::NE},
    {"LS", Cond::BE}, {"HI", Cond::A},   {"MI", Cond::S},   {"PL", Cond::NS}, {"PS", Cond::P},  {"PC", Cond::NP},
    {"LT", Cond::L},  {"GE", Cond::GE},  {"LE", Cond::LE},  {"GT", Cond::G},
};
constexpr CondName kCondSynonyms[] = {
    {"A", Cond::A},   {"AE", Cond::AE}, {"B", Cond::B},    {"BE", Cond::BE}, {"C", Cond::B},    {"E", Cond::E},
    {"G", Cond::G},   {"HS", Cond::AE}, {"L", Cond::L},    {"LO", Cond::B},  {"NA", Cond::BE},  {"NAE", Cond::B},
    {"NB", Cond::AE}, {"NBE", Cond::A}, {"NC", Cond::AE},  {"NG", Cond::LE}, {"NGE", Cond::L},  {"NL", Cond::GE},
    {"NLE", Cond::G}, {"NO", Cond::NO}, {"NP", Cond::NP},  {"NS", Cond::NS}, {"NZ", Cond::NE},  {"O", Cond::O},
    {"P", Cond::P},   {"PE", Cond::P},  {"PO", Cond::NP},  {"S", Cond::S},   {"Z", Cond::E},
};

// Mnemonics with opcodes of their own. `#` in a name is not used; names are LLVM's, separated by spaces.
struct Row {
  std::string_view go;
  std::string_view llvm;
  Form form = Form::Reverse;
  std::uint8_t imm_bits = 0;
};
constexpr Row kRows[] = {
    {"MOVB", "MOV8rr MOV8rm MOV8mr MOV8ri MOV8mi", Form::Reverse, 8},
    {"MOVW", "MOV16rr MOV16rm MOV16mr MOV16ri MOV16mi MOV16rs MOV16sr MOV16ms MOV16sm", Form::Reverse, 16},
    {"MOVL", "MOV32rr MOV32rm MOV32mr MOV32ri MOV32mi MOVDI2PDIrr MOVDI2PDIrm MOVPDI2DIrr MOVPDI2DImr", Form::Reverse, 32},
    {"MOVQ",
     "MOV64rr MOV64rm MOV64mr MOV64ri32 MOV64mi32 MOV64ri MOV64toPQIrr MOVPQIto64rr MOVQI2PQIrm MOVPQI2QImr "
     "MOVZPQILo2PQIrr MMX_MOVQ64rr MMX_MOVQ64rm MMX_MOVQ64mr MMX_MOVD64to64rr MMX_MOVD64from64rr MOV64rs MOV64sr "
     "MOV64rc MOV64cr",
     Form::Reverse, 64},
    {"MOVBLZX", "MOVZX32rr8 MOVZX32rm8"},
    {"MOVBLSX", "MOVSX32rr8 MOVSX32rm8"},
    {"MOVBQZX", "MOVZX32rr8 MOVZX32rm8"},
    {"MOVBQSX", "MOVSX64rr8 MOVSX64rm8"},
    {"MOVBWZX", "MOVZX16rr8 MOVZX16rm8"},
    {"MOVBWSX", "MOVSX16rr8 MOVSX16rm8"},
    {"MOVWLZX", "MOVZX32rr16 MOVZX32rm16"},
    {"MOVWLSX", "MOVSX32rr16 MOVSX32rm16"},
    {"MOVWQZX", "MOVZX32rr16 MOVZX32rm16"},
    {"MOVWQSX", "MOVSX64rr16 MOVSX64rm16"},
    {"MOVLQZX", "MOV32rr MOV32rm", Form::Reverse, 32},
    {"MOVLQSX", "MOVSX64rr32 MOVSX64rm32"},
    {"MOVNTIL", "MOVNTImr"},
    {"MOVNTIQ", "MOVNTI_64mr"},
    {"LEAW", "LEA16r"},
    {"LEAL", "LEA64_32r"},
    {"LEAQ", "LEA64r"},
    {"PUSHQ", "PUSH64r PUSH64i8 PUSH64i32 PUSH64rmm"},
    {"POPQ", "POP64r POP64rmm"},
    {"PUSHW", "PUSH16r PUSH16i8 PUSH16i PUSH16rmm"},
    {"POPW", "POP16r POP16rmm"},
    {"PUSHFQ", "PUSHF64"},
    {"POPFQ", "POPF64"},
    {"SYSCALL", "SYSCALL"},
    {"SYSENTER", "SYSENTER"},
    {"CPUID", "CPUID"},
    {"XGETBV", "XGETBV"},
    {"RDTSC", "RDTSC"},
    {"RDTSCP", "RDTSCP"},
    {"PAUSE", "PAUSE"},
    {"CLD", "CLD"},
    {"STD", "STD"},
    {"CLC", "CLC"},
    {"STC", "STC"},
    {"CMC", "CMC"},
    {"CLI", "CLI"},
    {"STI", "STI"},
    {"HLT", "HLT"},
    {"LAHF", "LAHF"},
    {"SAHF", "SAHF"},
    {"UNDEF", "TRAP UD2"},
    {"UD2", "TRAP UD2"},
    {"LEAVEQ", "LEAVE64"},
    {"CDQ", "CDQ"},
    {"CQO", "CQO"},
    {"CWD", "CWD"},
    {"CBW", "CBW"},
    {"CWDE", "CWDE"},
    {"CDQE", "CDQE"},
    {"XLAT", "XLAT"},
    {"MOVSB", "MOVSB"},
    {"MOVSW", "MOVSW"},
    {"MOVSL", "MOVSL"},
    {"MOVSQ", "MOVSQ"},
    {"STOSB", "STOSB"},
    {"STOSW", "STOSW"},
    {"STOSL", "STOSL"},
    {"STOSQ", "STOSQ"},
    {"LODSB", "LODSB"},
    {"LODSW", "LODSW"},
    {"LODSL", "LODSL"},
    {"LODSQ", "LODSQ"},
    {"CMPSB", "CMPSB"},
    {"CMPSW", "CMPSW"},
    {"CMPSL", "CMPSL"},
    {"CMPSQ", "CMPSQ"},
    {"SCASB", "SCASB"},
    {"SCASW", "SCASW"},
    {"SCASL", "SCASL"},
    {"SCASQ", "SCASQ"},
    {"CMPXCHG8B", "CMPXCHG8B"},
    {"CMPXCHG16B", "CMPXCHG16B"},
    {"RDFSBASEL", "RDFSBASE"},
    {"RDFSBASEQ", "RDFSBASE64"},
    {"RDGSBASEQ", "RDGSBASE64"},
    {"WRFSBASEQ", "WRFSBASE64"},
    {"WRGSBASEQ", "WRGSBASE64"},
    {"RDRANDL", "RDRAND32r"},
    {"RDRANDQ", "RDRAND64r"},
    {"RDSEEDL", "RDSEED32r"},
    {"RDSEEDQ", "RDSEED64r"},
    {"LDMXCSR", "LDMXCSR"},
    {"STMXCSR", "STMXCSR"},
    {"FXSAVE64", "FXSAVE64"},
    {"FXRSTOR64", "FXRSTOR64"},
    {"CLFLUSH", "CLFLUSH"},
    {"CRC32B", "CRC32r32r8 CRC32r32m8"},
    {"CRC32W", "CRC32r32r16 CRC32r32m16"},
    {"CRC32L", "CRC32r32r32 CRC32r32m32"},
    {"CRC32Q", "CRC32r64r64 CRC32r64m64"},
    {"CVTSL2SD", "CVTSI2SDrr CVTSI2SDrm"},
    {"CVTSQ2SD", "CVTSI642SDrr CVTSI642SDrm"},
    {"CVTSL2SS", "CVTSI2SSrr CVTSI2SSrm"},
    {"CVTSQ2SS", "CVTSI642SSrr CVTSI642SSrm"},
    {"CVTSD2SL", "CVTSD2SIrr_Int CVTSD2SIrm_Int CVTSD2SIrr CVTSD2SIrm"},
    {"CVTSD2SQ", "CVTSD2SI64rr_Int CVTSD2SI64rm_Int CVTSD2SI64rr CVTSD2SI64rm"},
    {"CVTSS2SL", "CVTSS2SIrr_Int CVTSS2SIrm_Int CVTSS2SIrr CVTSS2SIrm"},
    {"CVTSS2SQ", "CVTSS2SI64rr_Int CVTSS2SI64rm_Int CVTSS2SI64rr CVTSS2SI64rm"},
    {"CVTTSD2SL", "CVTTSD2SIrr CVTTSD2SIrm"},
    {"CVTTSD2SQ", "CVTTSD2SI64rr CVTTSD2SI64rm"},
    {"CVTTSS2SL", "CVTTSS2SIrr CVTTSS2SIrm"},
    {"CVTTSS2SQ", "CVTTSS2SI64rr CVTTSS2SI64rm"},
    {"CVTPL2PD", "CVTDQ2PDrr CVTDQ2PDrm"},
    {"CVTPL2PS", "CVTDQ2PSrr CVTDQ2PSrm"},
    {"CVTPD2PL", "CVTPD2DQrr CVTPD2DQrm"},
    {"CVTPS2PL", "CVTPS2DQrr CVTPS2DQrm"},
    {"CVTTPD2PL", "CVTTPD2DQrr CVTTPD2DQrm"},
    {"CVTTPS2PL", "CVTTPS2DQrr CVTTPS2DQrm"},
    {"SHA256RNDS2", "SHA256RNDS2rr SHA256RNDS2rm", Form::DropFirst},
    {"PBLENDVB", "PBLENDVBrr0 PBLENDVBrm0", Form::DropFirst},
    {"BLENDVPS", "BLENDVPSrr0 BLENDVPSrm0", Form::DropFirst},
    {"BLENDVPD", "BLENDVPDrr0 BLENDVPDrm0", Form::DropFirst},
    {"CMPSD", "CMPSDrri CMPSDrmi CMPSDrr CMPSDrm", Form::Compare},
    {"CMPSS", "CMPSSrri CMPSSrmi CMPSSrr CMPSSrm", Form::Compare},
    {"CMPPD", "CMPPDrri CMPPDrmi", Form::Compare},
    {"CMPPS", "CMPPSrri CMPPSrmi", Form::Compare},
    {"AESKEYGENASSIST", "AESKEYGENASSISTrri AESKEYGENASSISTrmi AESKEYGENASSIST128rr AESKEYGENASSIST128rm"},
    {"PREFETCHT0", "PREFETCHT0"},
    {"PREFETCHT1", "PREFETCHT1"},
    {"PREFETCHT2", "PREFETCHT2"},
    {"PREFETCHNTA", "PREFETCHNTA"},
    {"MASKMOVOU", "MASKMOVDQU64"},
    {"MOVQOZX", "MOVQI2PQIrm MOVZPQILo2PQIrr"},
};

// Integer families: the name without its width letter. `forms` are LLVM suffixes, tried in order; `llvm` takes the
// width in bits where it has a `#` (at the end if it has none).
struct Family {
  std::string_view go;
  std::string_view llvm;
  std::string_view forms;
  Form form = Form::Reverse;
};
constexpr std::string_view kAlu = "rr rm mr ri8 mi8 ri32 mi32 ri mi";
constexpr std::string_view kUnary = "r m";
constexpr std::string_view kShift = "ri mi rCL mCL";
constexpr std::string_view kLoad = "rr rm";
constexpr Family kFamilies[] = {
    {"ADD", "ADD", kAlu},
    {"OR", "OR", kAlu},
    {"ADC", "ADC", kAlu},
    {"SBB", "SBB", kAlu},
    {"AND", "AND", kAlu},
    {"SUB", "SUB", kAlu},
    {"XOR", "XOR", kAlu},
    {"CMP", "CMP", kAlu, Form::Forward},
    {"TEST", "TEST", "rr mr ri32 mi32 ri mi", Form::Either},
    {"INC", "INC", kUnary},
    {"DEC", "DEC", kUnary},
    {"NEG", "NEG", kUnary},
    {"NOT", "NOT", kUnary},
    {"MUL", "MUL", kUnary},
    {"DIV", "DIV", kUnary},
    {"IDIV", "IDIV", kUnary},
    {"IMUL", "IMUL", "r m rr rm rri8 rmi8 rri32 rmi32 rri rmi"},
    {"IMUL3", "IMUL", "rri8 rmi8 rri32 rmi32 rri rmi"},
    {"SHL", "SHL", kShift},
    {"SAL", "SHL", kShift},
    {"SHR", "SHR", kShift},
    {"SAR", "SAR", kShift},
    {"ROL", "ROL", kShift},
    {"ROR", "ROR", kShift},
    {"RCL", "RCL", kShift},
    {"RCR", "RCR", kShift},
    {"XCHG", "XCHG", "rr rm", Form::Either},
    {"XADD", "XADD", "rr rm", Form::Either},
    {"CMPXCHG", "CMPXCHG", kLoad},
    {"BSF", "BSF", kLoad},
    {"BSR", "BSR", kLoad},
    {"POPCNT", "POPCNT", kLoad},
    {"LZCNT", "LZCNT", kLoad},
    {"TZCNT", "TZCNT", kLoad},
    {"BSWAP", "BSWAP", "r"},
    {"BT", "BT", "ri8 rr mi8 mr"},
    {"BTS", "BTS", "ri8 rr mi8 mr"},
    {"BTR", "BTR", "ri8 rr mi8 mr"},
    {"BTC", "BTC", "ri8 rr mi8 mr"},
    {"ADCX", "ADCX", kLoad},
    {"ADOX", "ADOX", kLoad},
    {"MULX", "MULX", kLoad},
    {"ANDN", "ANDN", kLoad},
    {"PDEP", "PDEP", kLoad},
    {"PEXT", "PEXT", kLoad},
    {"RORX", "RORX", "ri mi"},
    {"BLSR", "BLSR", kLoad},
    {"BLSI", "BLSI", kLoad},
    {"BLSMSK", "BLSMSK", kLoad},
    {"BEXTR", "BEXTR", "rr rm"},
    {"BZHI", "BZHI", "rr rm"},
    {"SHLX", "SHLX", "rr rm"},
    {"SHRX", "SHRX", "rr rm"},
    {"SARX", "SARX", "rr rm"},
    {"MOVBE", "MOVBE", "rm mr"},
};

// Vector mnemonics whose LLVM base differs.
struct Alias {
  std::string_view go;
  std::string_view llvm;
};
constexpr Alias kAliases[] = {
    {"MOVO", "MOVDQA"},      {"MOVOA", "MOVDQA"},      {"MOVOU", "MOVDQU"},      {"MOVNTO", "MOVNTDQ"},
    {"PADDL", "PADDD"},      {"PSUBL", "PSUBD"},       {"PSLLL", "PSLLD"},       {"PSRLL", "PSRLD"},
    {"PSRAL", "PSRAD"},      {"PSLLO", "PSLLDQ"},      {"PSRLO", "PSRLDQ"},      {"PCMPEQL", "PCMPEQD"},
    {"PCMPGTL", "PCMPGTD"},  {"PSHUFL", "PSHUFD"},     {"PUNPCKLLQ", "PUNPCKLDQ"}, {"PUNPCKHLQ", "PUNPCKHDQ"},
    {"PUNPCKLWL", "PUNPCKLWD"}, {"PUNPCKHWL", "PUNPCKHWD"}, {"PACKSSLW", "PACKSSDW"}, {"PMADDWL", "PMADDWD"},
    {"PMULULQ", "PMULUDQ"},  {"MOVDQ2Q", "MMX_MOVDQ2Q"}, {"VMOVQ", "VMOVPQI"},
};

constexpr std::string_view kVectorForms[] = {
    "rr", "rm", "mr", "ri", "rri", "rmi", "mri", "mi", "r", "m", "rrr", "rmr", "rrri", "rrmi", "kk", "km", "mk", "kr", "rk", "ki", "ri8", "",
};
constexpr std::string_view kInfixes[] = {"", "Y", "Z128", "Z256", "Z"};

std::optional<Cond> condByName(std::string_view name) {
  for (const CondName &c : kConds)
    if (c.name == name)
      return c.cond;
  return std::nullopt;
}

void addCandidate(Mnemonic &m, const std::string &llvm, bool zeroing = false) {
  x86::Opcode op = x86::findOpcode(llvm);
  if (!op.known())
    return;
  Candidate c;
  c.op = op;
  c.slots = x86::shape(op).slots;
  c.zeroing = zeroing;
  c.count_in_cl = llvm.ends_with("CL");
  m.candidates.push_back(std::move(c));
}

template <typename Fn> void forEachWord(std::string_view words, Fn fn) {
  while (!words.empty()) {
    std::size_t space = words.find(' ');
    fn(words.substr(0, space));
    words.remove_prefix(space == std::string_view::npos ? words.size() : space + 1);
  }
}

int widthOfLetter(char c) { return c == 'B' ? 8 : c == 'W' ? 16 : c == 'L' ? 32 : c == 'Q' ? 64 : 0; }

bool findFamily(std::string_view name, Mnemonic &out) {
  int bits = name.empty() ? 0 : widthOfLetter(name.back());
  if (!bits)
    return false;
  std::string_view stem = name.substr(0, name.size() - 1);
  for (const Family &f : kFamilies) {
    if (f.go != stem)
      continue;
    out.form = f.form;
    out.imm_bits = std::uint8_t(bits);
    std::string base = std::string(f.llvm) + std::to_string(bits);
    bool counts = f.forms == kShift || stem.starts_with("BT") || stem == "RORX"; // immediates that are no operand value
    forEachWord(f.forms, [&](std::string_view form) {
      if (bits == 8 && form.ends_with("i8"))
        return; // ADD8ri8 and its like do not exist in 64-bit mode
      std::size_t had = out.candidates.size();
      addCandidate(out, base + std::string(form));
      if (out.candidates.size() != had && !counts)
        out.candidates.back().imm_limit = form.ends_with("i8") ? 8 : form.ends_with("i32") ? 32 : 0;
    });
    if (stem == "SHL" || stem == "SHR") {
      std::string d = (stem == "SHL" ? "SHLD" : "SHRD") + std::to_string(bits);
      for (const char *form : {"rri8", "mri8", "rrCL", "mrCL"})
        addCandidate(out, d + form);
    }
    return !out.candidates.empty();
  }
  return false;
}

bool findConditional(std::string_view name, Mnemonic &out) {
  if (name.starts_with("SET")) {
    auto cond = condByName(name.substr(3));
    if (!cond)
      return false;
    out.cond = std::int8_t(*cond);
    addCandidate(out, "SETCCr");
    addCandidate(out, "SETCCm");
    return true;
  }
  if (name.starts_with("CMOV") && name.size() > 5) {
    int bits = widthOfLetter(name[4]);
    auto cond = condByName(name.substr(5));
    if (!cond || bits < 16)
      return false;
    out.cond = std::int8_t(*cond);
    addCandidate(out, "CMOV" + std::to_string(bits) + "rr");
    addCandidate(out, "CMOV" + std::to_string(bits) + "rm");
    return true;
  }
  return false;
}

// LLVM writes the x of shapes such as 32X4 in lower case.
std::string lowerShape(std::string s) {
  for (std::size_t i = 1; i + 1 < s.size(); i++)
    if (s[i] == 'X' && std::isdigit(static_cast<unsigned char>(s[i - 1])) &&
        std::isdigit(static_cast<unsigned char>(s[i + 1])))
      s[i] = 'x';
  return s;
}

bool findVector(std::string_view name, Mnemonic &out) {
  std::string base(name);
  for (const Alias &a : kAliases)
    if (a.go == name)
      base = a.llvm;
  if (name == "VMOVQ") {
    forEachWord("VMOV64toPQIrr VMOVPQIto64rr VMOVQI2PQIrm VMOVPQI2QImr VMOVZPQILo2PQIrr VMOV64toPQIZrr VMOVPQIto64Zrr "
                "VMOVQI2PQIZrm VMOVPQI2QIZmr VMOVZPQILo2PQIZrr",
                [&](std::string_view w) { addCandidate(out, std::string(w)); });
    return true;
  }
  if (name == "VMOVD") {
    forEachWord("VMOVDI2PDIrr VMOVPDI2DIrr VMOVDI2PDIrm VMOVPDI2DImr VMOVDI2PDIZrr VMOVPDI2DIZrr VMOVDI2PDIZrm VMOVPDI2DIZmr",
                [&](std::string_view w) { addCandidate(out, std::string(w)); });
    return true;
  }
  std::string lower = lowerShape(base);
  bool vex = base[0] == 'V';
  for (std::string_view infix : kInfixes) {
    if (!infix.empty() && !vex)
      break;
    for (std::string_view form : kVectorForms) {
      for (const std::string &b : {base, lower}) {
        std::string full = b + std::string(infix) + std::string(form);
        addCandidate(out, full);
        if (infix.starts_with('Z')) {
          addCandidate(out, full + "k");
          addCandidate(out, full + "kz", true);
        }
        if (b == lower)
          break;
      }
    }
  }
  return !out.candidates.empty();
}

} // namespace

std::optional<Cond> jumpCondition(std::string_view name) {
  if (auto c = condByName(name))
    return c;
  for (const CondName &c : kCondSynonyms)
    if (c.name == name)
      return c.cond;
  return std::nullopt;
}

const Mnemonic *MnemonicTable::find(std::string_view name) {
  if (name == "MOVD")
    name = "MOVQ";
  if (name == "MOVNTDQ")
    name = "MOVNTO";
  if (name == "MASKMOVDQU")
    name = "MASKMOVOU";
  std::string key(name);
  auto found = known_.find(key);
  if (found != known_.end())
    return found->second.candidates.empty() ? nullptr : &found->second;
  Mnemonic m;
  bool done = false;
  for (const Row &r : kRows) {
    if (r.go != name)
      continue;
    m.form = r.form;
    m.imm_bits = r.imm_bits;
    forEachWord(r.llvm, [&](std::string_view w) {
      std::size_t had = m.candidates.size();
      addCandidate(m, std::string(w));
      if (m.candidates.size() != had)
        m.candidates.back().imm_limit = w == "PUSH64i8" || w == "PUSH16i8" ? 8
                                        : w == "MOV64ri32" || w == "MOV64mi32" || w == "PUSH64i32" ? 32
                                                                                                    : 0;
    });
    done = true;
  }
  if (!done)
    done = findFamily(name, m) || findConditional(name, m) || findVector(name, m);
  const Mnemonic &kept = known_.emplace(std::move(key), std::move(m)).first->second;
  return kept.candidates.empty() ? nullptr : &kept;
}

} // namespace gannet::assembler
