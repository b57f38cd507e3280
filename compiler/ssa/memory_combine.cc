// Combining memory operations: several narrow loads joined by shifts become one wide load, and several narrow stores of a
// value's parts side by side become one wide store.
//
//     zeroext(load p) | zeroext(load p+1) << 8 | ...       ->  load (or bswap of it, when the bytes run the other way)
//     store p, x; store p+1, x>>8; ...                     ->  store p, x (or its bswap)
//     store p, c; store p+1, d; ...                        ->  store p, c | d<<8 | ...
//
// The loads must read one memory state, each be used here alone, and together cover 2, 4 or 8 bytes. The stores must follow one
// another in the chain of memory with nothing reading between. x86 allows any alignment.
#include "compiler/ssa/memory_combine.h"

#include "compiler/ssa/alias.h"
#include "compiler/ssa/copy_elim.h"

#include <algorithm>
#include <optional>

namespace gannet::ssa {
namespace {

// One narrow load as a part of a wide value: bytes [shift/8, shift/8 + size).
struct Part {
  ValueId load;
  ValueId pointer;
  Address at;
  std::int64_t shift;
  unsigned size;
};

class Combiner {
public:
  Combiner(PassContext &ctx, Func &f) : ctx_(ctx), f_(f) {}

  void run() {
    std::vector<BlockId> blocks = f_.blocks();
    for (BlockId b : blocks) {
      // the outermost of a chain of joins first: it takes all parts
      for (std::size_t i = f_[b].values.size(); i-- > 0;) {
        ValueId v = f_[b].values[i];
        Op op = f_[v].op;
        if ((op == Op::Or || op == Op::Add || op == Op::Xor) && isInt(f_[v].type))
          combineLoads(v);
      }
      std::vector<ValueId> values = f_[b].values;
      for (std::size_t i = values.size(); i-- > 0;)
        if (f_[values[i]].op == Op::Store)
          combineStores(values[i]);
    }
    eliminateCopies(ctx_, f_);
  }

private:
  bool constant(ValueId v, std::int64_t &c) const {
    if (f_[v].op != Op::Const)
      return false;
    c = f_[v].aux_int;
    return true;
  }

  // Where a pointer points. With several indices no single one can be named; then what the last constant offset is added to is
  // the base.
  Address addressAt(ValueId pointer) const {
    Address out = addressOf(f_, pointer);
    if (out.exact)
      return out;
    out = {};
    for (; f_[pointer].op == Op::OffPtr; pointer = f_[pointer].arg(0))
      out.offset += f_[pointer].aux_int;
    out.base = pointer;
    return out;
  }

  // ---- loads

  // Whether v is a load, extended and shifted, all used once.
  bool isPart(ValueId v, Part &out) const {
    out.shift = 0;
    std::int64_t c = 0;
    if (f_[v].op == Op::Shl && constant(f_[v].arg(1), c)) {
      if (f_[v].uses != 1)
        return false;
      out.shift = c;
      v = f_[v].arg(0);
    }
    // the extension may be behind the shift only if the shift does not drop bits; that is then another form
    while (f_[v].op == Op::ZeroExt) {
      if (f_[v].uses != 1)
        return false;
      v = f_[v].arg(0);
    }
    if (f_[v].op != Op::Load || f_[v].uses != 1 || !isInt(f_[v].type))
      return false;
    out.load = v;
    out.pointer = f_[v].arg(0);
    out.size = sizeBytes(f_[v].type);
    out.at = addressAt(out.pointer);
    return out.shift % 8 == 0;
  }

  bool gather(ValueId root, std::vector<Part> &parts, bool is_root) const {
    const Value &v = f_[root];
    bool joins = v.op == Op::Or || v.op == Op::Add || v.op == Op::Xor;
    if (joins && (is_root || v.uses == 1) && v.type == type_)
      return gather(v.arg(0), parts, false) && gather(v.arg(1), parts, false);
    Part p;
    if (parts.size() >= 8 || !isPart(root, p))
      return false;
    parts.push_back(p);
    return true;
  }

  void combineLoads(ValueId root) {
    type_ = f_[root].type;
    std::vector<Part> parts;
    if (!gather(root, parts, true) || parts.size() < 2)
      return;
    unsigned size = parts[0].size;
    ValueId mem = f_[parts[0].load].arg(1);
    for (const Part &p : parts)
      if (p.size != size || f_[p.load].arg(1) != mem || !areComparable(p.at, parts[0].at) || f_[p.load].block != f_[root].block)
        return;
    std::sort(parts.begin(), parts.end(), [](const Part &a, const Part &b) { return a.at.offset < b.at.offset; });
    unsigned total = size * static_cast<unsigned>(parts.size());
    if ((total != 2 && total != 4 && total != 8) || total > sizeBytes(type_))
      return;
    bool little = true, big = size == 1;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].at.offset != parts[0].at.offset + static_cast<std::int64_t>(i * size))
        return;
      little &= parts[i].shift - parts[0].shift == static_cast<std::int64_t>(i * size * 8);
      big &= parts[i].shift - parts.back().shift == static_cast<std::int64_t>((parts.size() - 1 - i) * size * 8);
    }
    if (!little && !big)
      return;
    std::int64_t shift = little ? parts[0].shift : parts.back().shift;
    if (shift < 0 || shift + static_cast<std::int64_t>(total) * 8 > static_cast<std::int64_t>(sizeBits(type_)) || !ctx_.step())
      return;
    BlockId b = f_[root].block;
    SrcPos pos = f_[parts[0].load].pos;
    Type wide = intType(total);
    ValueId value = f_.add(b, Op::Load, wide, {parts[0].pointer, mem}, pos);
    if (!little) {
      if (total == 2)
        value = f_.add(b, Op::RotL, wide, {value, f_.constInt(Type::I64, 8)}, pos);
      else
        value = f_.add(b, Op::Bswap, wide, {value}, pos);
    }
    if (wide != type_)
      value = f_.add(b, Op::ZeroExt, type_, {value}, pos);
    if (shift != 0)
      value = f_.add(b, Op::Shl, type_, {value, f_.constInt(Type::I64, shift)}, pos, {.aux_int = 1});
    f_.makeCopy(root, value);
  }

  // ---- stores

  // What a narrow store writes: a constant, or bits [shift, ...) of a wider value.
  struct Piece {
    bool is_const = false;
    std::int64_t bits = 0;
    ValueId source;
    std::int64_t shift = 0;
  };

  Piece pieceOf(ValueId v) const {
    Piece p;
    if (constant(v, p.bits)) {
      p.is_const = true;
      return p;
    }
    ValueId from = v;
    if (f_[from].op == Op::Trunc)
      from = f_[from].arg(0);
    std::int64_t c = 0;
    if ((f_[from].op == Op::Shr || f_[from].op == Op::Sar) && constant(f_[from].arg(1), c) && c % 8 == 0 && c >= 0 &&
        static_cast<std::int64_t>(sizeBits(f_[v].type)) + c <= static_cast<std::int64_t>(sizeBits(f_[from].type))) {
      p.shift = c;
      from = f_[from].arg(0);
    }
    // what is left of a truncation is a part of what was truncated
    while (f_[from].op == Op::Trunc)
      from = f_[from].arg(0);
    p.source = from;
    return p;
  }

  // `last` is the newest of a run of stores.
  void combineStores(ValueId last) {
    Type type = f_[f_[last].arg(1)].type;
    if (!isInt(type) || sizeBytes(type) == 8)
      return;
    struct Item {
      ValueId store;
      Address at;
      Piece piece;
    };
    std::vector<Item> run;
    std::int64_t size = sizeBytes(type);
    for (ValueId v = last; run.size() * static_cast<std::size_t>(size) < 8; v = f_[v].arg(2)) {
      const Value &s = f_[v];
      if (s.op != Op::Store || s.block != f_[last].block || f_[s.arg(1)].type != type || (v != last && s.uses != 1))
        break;
      Item item{v, addressAt(s.arg(0)), pieceOf(s.arg(1))};
      if (!areComparable(item.at, run.empty() ? item.at : run[0].at))
        break;
      if (!run.empty() && (item.piece.is_const != run[0].piece.is_const || item.piece.source != run[0].piece.source))
        break;
      run.push_back(item);
    }
    for (std::size_t total : {std::size_t(8), std::size_t(4), std::size_t(2)}) {
      std::size_t count = total / static_cast<std::size_t>(size);
      if (count < 2 || count > run.size())
        continue;
      std::vector<Item> items(run.begin(), run.begin() + static_cast<std::ptrdiff_t>(count));
      std::sort(items.begin(), items.end(), [](const Item &a, const Item &b) { return a.at.offset < b.at.offset; });
      bool little = true, big = size == 1;
      for (std::size_t i = 0; i < count; ++i) {
        if (items[i].at.offset != items[0].at.offset + static_cast<std::int64_t>(i) * size)
          little = big = false;
        auto step = static_cast<std::int64_t>(i) * size * 8;
        little &= items[i].piece.is_const || items[i].piece.shift == items[0].piece.shift + step;
        big &= !items[i].piece.is_const && items[i].piece.shift == items[0].piece.shift - step;
      }
      if (!little && !big)
        continue;
      std::optional<ValueId> value = wideValue(last, items[0].piece, items.back().piece, little, total, [&] {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < count; ++i)
          bits |= (static_cast<std::uint64_t>(items[i].piece.bits) & ((std::uint64_t(1) << (size * 8)) - 1))
                  << (static_cast<std::int64_t>(i) * size * 8);
        return static_cast<std::int64_t>(bits);
      });
      if (!value || !ctx_.step())
        continue;
      ValueId mem = f_[run[count - 1].store].arg(2);
      ValueId pointer = f_[items[0].store].arg(0);
      ValueId args[] = {pointer, *value, mem};
      f_.setArgs(last, args);
      for (std::size_t i = 1; i < count; ++i)
        f_.remove(run[i].store);
      return;
    }
  }

  template <typename Bits>
  std::optional<ValueId> wideValue(ValueId at, const Piece &first, const Piece &last, bool little, std::size_t total, Bits bits) {
    Type wide = intType(static_cast<unsigned>(total));
    BlockId b = f_[at].block;
    SrcPos pos = f_[at].pos;
    if (first.is_const)
      return f_.constInt(wide, bits());
    std::int64_t low = little ? first.shift : last.shift;
    ValueId source = first.source;
    auto source_bits = static_cast<std::int64_t>(sizeBits(f_[source].type));
    if (low < 0 || low + static_cast<std::int64_t>(total) * 8 > source_bits)
      return std::nullopt;
    ValueId value = source;
    if (low != 0)
      value = f_.add(b, Op::Shr, f_[source].type, {value, f_.constInt(Type::I64, low)}, pos, {.aux_int = 1});
    if (f_[source].type != wide)
      value = f_.add(b, Op::Trunc, wide, {value}, pos);
    if (little)
      return value;
    if (total == 2)
      return f_.add(b, Op::RotL, wide, {value, f_.constInt(Type::I64, 8)}, pos);
    return f_.add(b, Op::Bswap, wide, {value}, pos);
  }

  PassContext &ctx_;
  Func &f_;
  Type type_ = Type::I64;
};

} // namespace

void combineMemory(PassContext &ctx, Func &f) { Combiner(ctx, f).run(); }

} // namespace gannet::ssa
