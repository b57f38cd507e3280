// The judgements of alias.h.
#include "compiler/ssa/alias.h"

namespace gannet::ssa {

ValueId baseOf(const Func &f, ValueId ptr) {
  for (;;) {
    switch (f[ptr].op) {
    case Op::OffPtr:
    case Op::AddPtr:
    case Op::Copy:
    case Op::NilCheck:
      ptr = f[ptr].arg(0);
      break;
    default:
      return ptr;
    }
  }
}

namespace {

// Moves the constant part of the index, x + c or (x + c) << k, to the offset. Sums wrap as addresses do.
void splitIndex(const Func &f, Address &a) {
  auto constant = [&](ValueId v, std::int64_t &c) { return f[v].op == Op::Const && (c = f[v].aux_int, true); };
  std::int64_t c = 0;
  const Value &i = f[a.index];
  if (i.op == Op::Add && constant(i.arg(1), c)) {
    a.offset = static_cast<std::int64_t>(static_cast<std::uint64_t>(a.offset) + static_cast<std::uint64_t>(c));
    a.index = i.arg(0);
  }
}

} // namespace

Address addressOf(const Func &f, ValueId ptr) {
  Address out;
  for (;;) {
    const Value &v = f[ptr];
    switch (v.op) {
    case Op::OffPtr:
      out.offset += v.aux_int;
      ptr = v.arg(0);
      break;
    case Op::AddPtr:
      if (out.index)
        out.exact = false;
      out.index = v.arg(1);
      splitIndex(f, out);
      ptr = v.arg(0);
      break;
    case Op::Copy:
    case Op::NilCheck:
      ptr = v.arg(0);
      break;
    case Op::LocalAddr:
      out.local = v.local();
      out.offset += v.aux_int;
      return out;
    case Op::Addr:
      out.sym = v.sym;
      out.offset += v.aux_int;
      return out;
    default:
      out.base = ptr;
      return out;
    }
  }
}

bool mustEqual(const Address &a, const Address &b) {
  return areComparable(a, b) && a.offset == b.offset;
}

bool isFreshAllocation(const Func &f, ValueId v) {
  const Value &select = f[v];
  if (select.op != Op::Select || select.aux_int != 0 || f[select.arg(0)].op != Op::StaticCall)
    return false;
  const CallInfo &call = f[f[select.arg(0)].call()];
  if (!call.callee)
    return false;
  std::string_view name = f[call.callee].name;
  return name == "runtime.newobject" || name == "runtime.makeslice" || name == "runtime.mallocgc";
}

bool mayOverlap(const Func &f, const Address &a, std::int64_t size_a, const Address &b, std::int64_t size_b) {
  bool same_base = a.base == b.base && a.local == b.local && a.sym == b.sym;
  if (same_base) {
    if (!areComparable(a, b))
      return true;
    return a.offset < b.offset + size_b && b.offset < a.offset + size_a;
  }
  bool a_frame = a.local.valid(), b_frame = b.local.valid();
  bool a_static = a.sym.valid(), b_static = b.sym.valid();
  if (a_frame && b_frame)
    return false; // two locals
  if ((a_frame && b_static) || (a_static && b_frame))
    return false;
  if (a_static && b_static) // names of one thing would be one symbol
    return false;
  // the outgoing arguments are nobody's local or global, and nothing points into them but their own addresses
  bool a_out = a.base && f[a.base].op == Op::OutArgAddr, b_out = b.base && f[b.base].op == Op::OutArgAddr;
  if (a_out && b_out)
    return !a.exact || !b.exact || a.index || b.index || (f[a.base].aux_int + a.offset < f[b.base].aux_int + b.offset + size_b &&
                                    f[b.base].aux_int + b.offset < f[a.base].aux_int + a.offset + size_a);
  if (a_out || b_out)
    return false;
  bool a_fresh = a.base && isFreshAllocation(f, a.base), b_fresh = b.base && isFreshAllocation(f, b.base);
  if ((a_fresh && (b_fresh || b_frame || b_static)) || (b_fresh && (a_frame || a_static)))
    return false;
  return true;
}

std::vector<bool> escapedLocals(const Func &f) {
  std::vector<bool> escaped(f.localCount(), false);
  for (std::uint32_t i = 0; i < f.localCount(); ++i)
    escaped[i] = f[LocalId(i)].address_taken;
  // the local of each address computed from a LocalAddr
  auto localOf = [&](ValueId v) { return f[v].type == Type::Ptr ? addressOf(f, v).local : LocalId(); };
  for (BlockId b : f.blocks()) {
    for (ValueId v : f[b].values) {
      const Value &value = f[v];
      for (unsigned i = 0; i < value.argCount(); ++i) {
        LocalId local = localOf(value.arg(i));
        if (!local)
          continue;
        bool harmless = false;
        switch (value.op) {
        case Op::OffPtr:
        case Op::AddPtr:
        case Op::Copy:
        case Op::NilCheck:
        case Op::IsNonNil:
          harmless = i == 0;
          break;
        case Op::Load:
        case Op::Store:
        case Op::Zero:
          harmless = i == 0;
          break;
        case Op::Move:
          harmless = i < 2;
          break;
        default:
          break;
        }
        if (!harmless)
          escaped[local.raw] = true;
      }
    }
    for (ValueId v : f[b].controls)
      if (LocalId local = localOf(v))
        escaped[local.raw] = true;
  }
  return escaped;
}

std::int64_t accessBytes(const Func &f, ValueId v) {
  const Value &value = f[v];
  switch (value.op) {
  case Op::Load:
    return sizeBytes(value.type);
  case Op::Store:
    return sizeBytes(f[value.arg(1)].type);
  case Op::Zero:
  case Op::Move:
    return f[value.layout()].size_bytes;
  default:
    return 0;
  }
}

} // namespace gannet::ssa
