#include "compiler/asm/assemble.h"

#include "compiler/asm/function.h"
#include "compiler/asm/mnemonics.h"
#include "compiler/asm/statement.h"
#include "compiler/base/check.h"

#include <bit>
#include <cstring>
#include <map>
#include <set>

namespace gannet::assembler {

namespace {

using object::RelocKind;
using object::SymbolId;
using object::SymbolKind;

InputOptions inputOptions(const Options &options) {
  InputOptions out;
  out.include_dirs = options.include_dirs;
  out.defines = {"GOOS_linux=1", "GOARCH_amd64=1"};
  // One level of the architecture is defined, the lowest if no other is told.
  if (std::none_of(options.defines.begin(), options.defines.end(), [](const std::string &d) { return d.starts_with("GOAMD64_"); }))
    out.defines.push_back("GOAMD64_v1=1");
  out.defines.insert(out.defines.end(), options.defines.begin(), options.defines.end());
  return out;
}

// Collects DATA and GLOBL until all files are read; then the symbols are defined.
class DataSymbols {
public:
  DataSymbols(object::Unit &unit, Diagnostics &diags) : unit_(unit), diags_(diags) {}

  void data(const Statement &s, SymbolId id, SymbolId target);
  void global(const Statement &s, SymbolId id);
  void defineAll();

private:
  struct Data {
    SymbolId id;
    std::vector<std::uint8_t> bytes;
    std::vector<object::Reloc> relocs;
    std::int64_t size = -1;
    std::int64_t flags = 0;
    Pos pos;
  };
  Data &get(SymbolId id, Pos pos) {
    auto [it, fresh] = index_.try_emplace(id.raw, list_.size());
    if (fresh) {
      list_.push_back({});
      list_.back().id = id;
      list_.back().pos = pos;
    }
    return list_[it->second];
  }

  object::Unit &unit_;
  Diagnostics &diags_;
  std::map<std::uint32_t, std::size_t> index_;
  std::vector<Data> list_;
};

void DataSymbols::data(const Statement &s, SymbolId id, SymbolId target) {
  const AsmOperand &value = s.operands[1];
  std::int64_t at = s.operands[0].imm, width = s.width;
  std::string name(unit_[id].name);
  if (at < 0 || at > (1 << 30)) {
    diags_.error(s.pos, "DATA offset " + std::to_string(at) + " out of range for " + name);
    return;
  }
  Data &d = get(id, s.pos);
  if (d.bytes.size() < std::size_t(at + width))
    d.bytes.resize(std::size_t(at + width));
  auto store = [&](std::uint64_t bits) {
    for (std::int64_t i = 0; i < width; i++)
      d.bytes[std::size_t(at + i)] = std::uint8_t(bits >> (8 * i));
  };
  switch (value.kind) {
  case AsmOperand::Kind::Imm:
    if (width != 1 && width != 2 && width != 4 && width != 8) {
      diags_.error(s.pos, "bad int size for DATA argument: " + std::to_string(width));
      return;
    }
    store(std::uint64_t(value.imm));
    return;
  case AsmOperand::Kind::FloatImm:
    if (width == 8)
      store(std::bit_cast<std::uint64_t>(value.number));
    else if (width == 4)
      store(std::bit_cast<std::uint32_t>(float(value.number)));
    else
      diags_.error(s.pos, "bad float size for DATA argument: " + std::to_string(width));
    return;
  case AsmOperand::Kind::StringImm:
    if (value.text.size() > std::size_t(width))
      diags_.error(s.pos, "string longer than DATA argument");
    else
      std::memcpy(d.bytes.data() + at, value.text.data(), value.text.size());
    return;
  case AsmOperand::Kind::Addr:
    if (width != 8 || !target.valid()) {
      diags_.error(s.pos, "bad addr size for DATA argument: " + std::to_string(width));
      return;
    }
    d.relocs.push_back({std::uint32_t(at), RelocKind::Abs64, target, value.imm});
    return;
  case AsmOperand::Kind::None:
  case AsmOperand::Kind::Reg:
  case AsmOperand::Kind::Mem:
  case AsmOperand::Kind::Label:
  case AsmOperand::Kind::Relative:
    diags_.error(s.pos, "DATA value must be an immediate constant or address");
    return;
  }
}

void DataSymbols::global(const Statement &s, SymbolId id) {
  Data &d = get(id, s.pos);
  if (d.size >= 0) {
    diags_.error(s.pos, "symbol " + std::string(unit_[id].name) + " redeclared");
    return;
  }
  d.size = s.width;
  d.flags = s.flags;
}

void DataSymbols::defineAll() {
  for (Data &d : list_) {
    std::string name(unit_[d.id].name);
    if (d.size < 0) {
      diags_.error(d.pos, "DATA for undefined symbol " + name + ": no GLOBL");
      continue;
    }
    if (std::int64_t(d.bytes.size()) > d.size) {
      diags_.error(d.pos, "DATA past the end of symbol " + name);
      continue;
    }
    bool zero = d.bytes.empty();
    SymbolKind kind = d.flags & kFlagRodata   ? SymbolKind::Rodata
                      : d.flags & kFlagTlsBss ? SymbolKind::TlsBss
                      : d.flags & kFlagNoPtr  ? (zero ? SymbolKind::NoPtrBss : SymbolKind::NoPtrData)
                                              : (zero ? SymbolKind::Bss : SymbolKind::Data);
    std::uint32_t align = 32;
    while (align > 1 && align > std::uint64_t(d.size))
      align /= 2;
    if (kind == SymbolKind::Bss || kind == SymbolKind::Data || kind == SymbolKind::TlsBss || !d.relocs.empty())
      align = std::max(align, 8u);
    std::uint32_t flags = object::kAsm | (d.flags & kFlagDupOk ? object::kDupOk : 0u);
    if (unit_[d.id].defined()) {
      diags_.error(d.pos, "symbol " + name + " redeclared");
      continue;
    }
    if (kind >= SymbolKind::Bss) {
      unit_.defineZero(d.id, kind, flags, align, std::uint64_t(d.size));
      continue;
    }
    d.bytes.resize(std::size_t(d.size));
    unit_.define(d.id, kind, flags, align, std::move(d.bytes));
    for (const object::Reloc &r : d.relocs)
      unit_.addReloc(d.id, r);
  }
}

} // namespace

bool assemble(const std::vector<std::string> &files, const Options &options, object::Unit &unit, SourceSet &sources,
              Diagnostics &diags) {
  std::size_t errors_before = diags.errorCount();
  InputOptions input_options = inputOptions(options);
  struct File {
    std::vector<Statement> statements;
  };
  std::vector<File> parsed(files.size());
  std::set<std::string, std::less<>> data_names; // symbols that this unit defines by GLOBL: never functions
  for (std::size_t i = 0; i < files.size(); i++) {
    Input input(sources, diags, input_options);
    if (!input.open(files[i]))
      continue;
    Parser parser(input, diags, options.package_path);
    Statement s;
    while (parser.next(s)) {
      if (s.op == "GLOBL" && !s.operands[0].symbol.is_static)
        data_names.insert(s.operands[0].symbol.name);
      parsed[i].statements.push_back(std::move(s));
    }
  }
  unit.setPackage(options.package_path);
  MnemonicTable mnemonics;
  x86::Encoder encoder;
  Context context{unit, sources, diags, options, mnemonics, encoder, data_names};
  DataSymbols data(unit, diags);
  for (File &f : parsed) {
    unit.beginLocalScope();
    std::vector<Statement> &list = f.statements;
    for (std::size_t i = 0; i < list.size();) {
      Statement &s = list[i];
      if (s.op == "TEXT") {
        std::size_t end = i + 1;
        std::vector<const Statement *> body;
        for (; end < list.size() && list[end].op != "TEXT"; end++) {
          const Statement &b = list[end];
          if (b.op == "DATA" || b.op == "GLOBL")
            continue;
          body.push_back(&b);
        }
        assembleFunction(context, s, body);
        for (std::size_t j = i + 1; j < end; j++) {
          const Statement &b = list[j];
          if (b.op != "DATA" && b.op != "GLOBL")
            continue;
          SymbolId id = context.dataSymbol(b.operands[0].symbol);
          if (b.op == "GLOBL")
            data.global(b, id);
          else
            data.data(b, id, context.addressTarget(b.operands[1]));
        }
        i = end;
        continue;
      }
      if (s.op == "DATA" || s.op == "GLOBL") {
        SymbolId id = context.dataSymbol(s.operands[0].symbol);
        if (s.op == "GLOBL")
          data.global(s, id);
        else
          data.data(s, id, context.addressTarget(s.operands[1]));
      } else if (!s.op.empty()) {
        diags.error(s.pos, "instruction " + s.op + " outside of a function (missing TEXT)");
      }
      i++;
    }
  }
  data.defineAll();
  return diags.errorCount() == errors_before;
}

bool symbolAbis(const std::vector<std::string> &files, const Options &options, SourceSet &sources, Diagnostics &diags,
                std::string &out) {
  std::size_t errors_before = diags.errorCount();
  InputOptions input_options = inputOptions(options);
  input_options.optional_include = "go_asm.h"; // the compiler makes it after it has read this list
  std::set<std::string> seen;
  auto line = [&](const char *what, const SymbolRef &r) {
    if (r.is_static || r.name.empty())
      return;
    std::string text = std::string(what) + " " + r.name + (r.abi_internal ? " ABIInternal\n" : " ABI0\n");
    if (seen.insert(text).second)
      out += text;
  };
  for (const std::string &file : files) {
    Input input(sources, diags, input_options);
    if (!input.open(file))
      continue;
    Parser parser(input, diags, options.package_path, Parser::Mode::References);
    Statement s;
    while (parser.next(s)) {
      if (s.op == "TEXT") {
        if (!s.operands.empty())
          line("def", s.operands[0].symbol);
        continue;
      }
      if (s.op == "GLOBL" || s.op == "FUNCDATA" || s.op == "PCDATA")
        continue;
      for (std::size_t i = s.op == "DATA" ? 1 : 0; i < s.operands.size(); i++)
        if (s.operands[i].base == AsmOperand::Base::Symbol)
          line("ref", s.operands[i].symbol);
    }
  }
  return diags.errorCount() == errors_before;
}

} // namespace gannet::assembler
