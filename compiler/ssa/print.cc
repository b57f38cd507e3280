// The printer of print.h.
#include "compiler/ssa/print.h"

namespace gannet::ssa {
namespace {

template <typename I> std::string idText(char prefix, I id) {
  return id.valid() ? prefix + std::to_string(id.raw) : std::string(1, prefix) + "?";
}

std::string quoted(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\' || c < 0x20 || c == 0x7f) {
      out += "\\x";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + '"';
}

void printSlot(std::string &out, const AbiSlot &slot, const std::vector<AbiRegComponent> &regs) {
  if (slot.in_registers && slot.reg_count == 1 && regs[slot.first_reg].offset_bytes == 0 &&
      slot.size_bytes == sizeBytes(regs[slot.first_reg].type) && slot.align_bytes == slot.size_bytes) {
    out += typeText(regs[slot.first_reg].type);
  } else {
    out += '{';
    for (std::uint32_t i = 0; i < slot.reg_count; ++i) {
      const AbiRegComponent &c = regs[slot.first_reg + i];
      if (i != 0)
        out += ',';
      out += typeText(c.type);
      out += '+' + std::to_string(c.offset_bytes);
    }
    out += ':' + std::to_string(slot.size_bytes) + '/' + std::to_string(slot.align_bytes) + '}';
  }
  if (slot.layout)
    out += ' ' + idText('t', slot.layout);
}

void printSlots(std::string &out, const std::vector<AbiSlot> &slots, const std::vector<AbiRegComponent> &regs) {
  out += '(';
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (i != 0)
      out += ", ";
    printSlot(out, slots[i], regs);
  }
  out += ')';
}

std::string posText(SrcPos pos) {
  std::string out = " @" + std::to_string(pos.pos.file) + ':' + std::to_string(pos.pos.line) + ':' +
                    std::to_string(pos.pos.col);
  if (pos.site)
    out += "/" + std::to_string(pos.site.raw);
  return out;
}

void printTables(std::string &out, const Func &f) {
  for (std::uint32_t i = 0; i < f.layoutCount(); ++i) {
    const Layout &l = f[LayoutId(i)];
    out += "  layout t" + std::to_string(i) + " = " + std::to_string(l.size_bytes) + '/' + std::to_string(l.align_bytes);
    if (l.ptr_bytes != 0)
      out += " ptrs " + std::to_string(l.ptr_bytes);
    if (!l.ptr_mask.empty()) {
      out += " mask";
      for (std::uint64_t word : l.ptr_mask)
        out += ' ' + std::to_string(word);
    }
    if (l.type_sym)
      out += ' ' + quoted(f[l.type_sym].name);
    out += '\n';
  }
  for (std::uint32_t i = 0; i < f.localCount(); ++i) {
    const Local &l = f[LocalId(i)];
    out += "  local l" + std::to_string(i) + " = " + std::string(kLocalKinds[static_cast<unsigned>(l.kind)]) + ' ' +
           quoted(l.name) + ' ' + idText('t', l.layout);
    if (l.frame_offset != 0)
      out += " [" + std::to_string(l.frame_offset) + ']';
    if (l.address_taken)
      out += " addrtaken";
    out += '\n';
  }
  for (std::uint32_t i = 0; i < f.callCount(); ++i) {
    const CallInfo &c = f[CallId(i)];
    out += "  call c" + std::to_string(i) + " =";
    if (c.callee)
      out += ' ' + quoted(f[c.callee].name);
    out += ' ' + printSignature(c.sig);
    if (c.is_defer_return)
      out += " deferreturn";
    if (c.no_return)
      out += " noreturn";
    out += '\n';
  }
  for (std::uint32_t i = 0; i < f.inlineSiteCount(); ++i) {
    const InlineSite &s = f[InlineSiteId(i)];
    out += "  site " + std::to_string(i) + " = " + quoted(f[s.function].name) + " [" + std::to_string(s.start_line) +
           "] ^" + std::to_string(s.func_id) + posText(s.call) + '\n';
  }
}

} // namespace

std::string printSignature(const AbiSignature &sig) {
  std::string out = sig.abi == Abi::Internal ? "internal" : "abi0";
  printSlots(out, sig.params, sig.param_regs);
  out += " -> ";
  printSlots(out, sig.results, sig.result_regs);
  return out;
}

std::string printValue(const Func &f, ValueId id, PrintOptions options) {
  const Value &v = f[id];
  const OpInfo &info = opInfo(v.op);
  std::string out = idText('v', id) + ": ";
  out += typeText(v.type);
  out += " = ";
  out += info.text;
  for (unsigned i = 0; i < v.argCount(); ++i)
    out += (i == 0 ? " " : ", ") + idText('v', v.arg(i));
  if (v.aux_int != 0 || info.aux == AuxKind::Int || info.aux == AuxKind::Float)
    out += " [" + std::to_string(v.aux_int) + ']';
  if (v.sym)
    out += ' ' + quoted(f[v.sym].name);
  if (v.aux_id != Id<ValueId>::kNone) {
    char prefix = info.aux == AuxKind::Layout ? 't' : info.aux == AuxKind::Call ? 'c' : info.aux == AuxKind::Local ? 'l' : 'x';
    out += ' ';
    out += prefix + std::to_string(v.aux_id);
  }
  if (v.scale != 0)
    out += " *" + std::to_string(v.scale);
  if (v.cond != 0)
    out += " %" + std::to_string(v.cond);
  if (v.extra != 0)
    out += " ^" + std::to_string(v.extra);
  if (v.flags != 0)
    out += " !" + std::to_string(v.flags);
  if (options.positions && v.pos.pos.known())
    out += posText(v.pos);
  return out;
}

std::string printTerminator(const Func &f, BlockId id) {
  static constexpr std::string_view kWords[] = {"", "if", "switch", "ret", "exit", "condjump"};
  const Block &b = f[id];
  std::string out(kWords[static_cast<unsigned>(b.kind)]);
  for (std::size_t i = 0; i < b.controls.size(); ++i)
    out += (i == 0 ? " " : ", ") + idText('v', b.controls[i]);
  if (b.cond != 0)
    out += " %" + std::to_string(b.cond);
  if (b.likely != 0)
    out += b.likely > 0 ? " likely" : " unlikely";
  for (std::size_t i = 0; i < b.succs.size(); ++i)
    out += (i == 0 ? (out.empty() ? "-> " : " -> ") : ", ") + idText('b', b.succs[i].block);
  return out;
}

std::string print(const Func &f, PrintOptions options) {
  std::string out = "func " + quoted(f.name()) + ' ' + printSignature(f.sig);
  const std::pair<bool, const char *> flags[] = {
      {f.flags.nosplit, "nosplit"},
      {f.flags.needs_ctxt, "needctxt"},
      {f.flags.wrapper, "wrapper"},
      {f.flags.abi_wrapper, "abiwrapper"},
      {f.flags.has_defer, "hasdefer"},
      {f.flags.reflect_method, "reflectmethod"},
      {f.flags.no_write_barriers, "nowb"},
      {f.flags.dup_ok, "dupok"},
      {f.flags.top_frame, "topframe"},
      {f.flags.systemstack, "systemstack"},
      {f.flags.map_init, "mapinit"},
  };
  for (const auto &[set, word] : flags)
    if (set)
      out += std::string(" ") + word;
  out += " {\n";
  printTables(out, f);
  for (BlockId id : f.blocks()) {
    const Block &b = f[id];
    out += idText('b', id) + ':';
    for (std::size_t i = 0; i < b.preds.size(); ++i) {
      const Edge &e = b.preds[i];
      out += (i == 0 ? " <- " : ", ") + idText('b', e.block);
      if (f[e.block].succs.size() > 1)
        out += '.' + std::to_string(e.index);
    }
    if (b.no_preempt != 0)
      out += " !" + std::to_string(b.no_preempt);
    out += '\n';
    for (ValueId v : b.values)
      out += "  " + printValue(f, v, options) + '\n';
    out += "  " + printTerminator(f, id);
    if (options.positions && b.pos.pos.known())
      out += posText(b.pos);
    out += '\n';
  }
  return out + "}\n";
}

} // namespace gannet::ssa
