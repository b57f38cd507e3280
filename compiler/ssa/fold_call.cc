// Rules for calls.
#include "compiler/ssa/alias.h"
#include "compiler/ssa/folder.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

namespace gannet::ssa {

namespace {

constexpr std::int64_t kCopyBytes = 32;    // longer copies are calls
constexpr std::int64_t kCompareBytes = 32; // longer comparisons are calls

struct Piece {
  std::int64_t offset;
  Type type;
};

// Pieces of at most `widest` bytes that cover `bytes` bytes. The last one goes
// back over the one ahead of it where that saves a piece.
std::vector<Piece> piecesOf(std::uint64_t bytes, std::uint64_t widest) {
  std::vector<Piece> out;
  for (std::uint64_t at = 0, last = 0; at != bytes;) {
    const std::uint64_t left = bytes - at;
    const bool back = left < last && !std::has_single_bit(left);
    const std::uint64_t size =
        back ? std::bit_ceil(left) : std::min(widest, std::bit_floor(left));
    out.push_back(
        {static_cast<std::int64_t>(back ? bytes - size : at),
         size == 16 ? Type::V128 : intType(static_cast<unsigned>(size))});
    at = back ? bytes : at + size, last = size;
  }
  return out;
}

} // namespace

// Of the call there is left `result`, for its first result, and the memory
// state `mem`.
bool Folder::replaceCall(ValueId v, ValueId result, ValueId mem) {
  for (ValueId user : f_[at(v).block].values)
    if (op(user) == Op::Select && arg(user, 0) == v)
      f_.makeCopy(user, type(user) == Type::Mem ? mem : result);
  f_.remove(v);
  return true;
}

// memmove(to, from, c) -> all is loaded, then stored: they may overlap
bool Folder::copyBytes(ValueId v, std::int64_t bytes) {
  ValueId to = arg(v, 0), from = arg(v, 1), mem = arg(v, 3);
  const std::vector<Piece> pieces =
      piecesOf(static_cast<std::uint64_t>(bytes), 16);
  std::vector<ValueId> loaded;
  for (const Piece &p : pieces)
    loaded.push_back(
        emit(v, Op::Load, p.type,
             {emit(v, Op::OffPtr, Type::Ptr, {from}, p.offset), mem}));
  for (std::size_t i = 0; i != pieces.size(); ++i)
    mem = emit(v, Op::Store, Type::Mem,
               {emit(v, Op::OffPtr, Type::Ptr, {to}, pieces[i].offset),
                loaded[i], mem});
  return replaceCall(v, {}, mem);
}

// memequal(p, q, c) -> the differences of all words, together, are 0
bool Folder::compareBytes(ValueId v, std::int64_t bytes) {
  ValueId p = arg(v, 0), q = arg(v, 1), mem = arg(v, 3);
  const std::vector<Piece> pieces =
      piecesOf(static_cast<std::uint64_t>(bytes), 8);
  if (pieces.empty())
    return replaceCall(v, f_.constBool(true), mem);
  auto load = [&](ValueId from, const Piece &piece) {
    return emit(v, Op::Load, piece.type,
                {emit(v, Op::OffPtr, Type::Ptr, {from}, piece.offset), mem});
  };
  if (pieces.size() == 1)
    return replaceCall(
        v,
        emit(v, Op::Eq, Type::Bool, {load(p, pieces[0]), load(q, pieces[0])}),
        mem);
  const Type word = pieces[0].type;
  ValueId all;
  for (const Piece &piece : pieces) {
    ValueId differ =
        emit(v, Op::Xor, piece.type, {load(p, piece), load(q, piece)});
    if (piece.type != word)
      differ = emit(v, Op::ZeroExt, word, {differ});
    all = all ? emit(v, Op::Or, word, {all, differ}) : differ;
  }
  return replaceCall(v, emit(v, Op::Eq, Type::Bool, {all, constant(word, 0)}),
                     mem);
}

bool Folder::foldStaticCall(ValueId v) {
  std::int64_t bytes = 0;
  if (at(v).argCount() != 4 || !isConst(arg(v, 2), bytes) || bytes < 0)
    return false;
  const std::string_view callee = f_[f_[at(v).call()].callee].name;
  const bool copies = callee == "runtime.memmove",
             compares = callee == "runtime.memequal";
  if (!(copies && bytes <= kCopyBytes) && !(compares && bytes <= kCompareBytes))
    return false;
  std::uint32_t uses = 0; // those that replaceCall finds
  for (ValueId user : f_[at(v).block].values)
    uses += op(user) == Op::Select && arg(user, 0) == v;
  if (uses != at(v).uses || !ctx_.step())
    return false;
  return copies ? copyBytes(v, bytes) : compareBytes(v, bytes);
}

// call *itab[i], where the itab is static -> call of the method that its entry
// i is
bool Folder::foldInterCall(ValueId v) {
  ValueId code = arg(v, 0);
  while (op(code) == Op::Copy)
    code = arg(code, 0);
  if (!ctx_.static_address || op(code) != Op::Load)
    return false;
  const Address from = addressOf(f_, arg(code, 0));
  if (!from.sym || from.base || from.index || !from.exact)
    return false;
  const std::string method =
      (*ctx_.static_address)(f_[from.sym].name, from.offset);
  if (method.empty() || !ctx_.step())
    return false;
  CallInfo info = f_[at(v).call()];
  info.callee = f_.symbol(method);
  const std::vector<ValueId> args(at(v).args().begin() + 1, at(v).args().end());
  if (ctx_.debug() > 0)
    ctx_.remark(at(v).pos, "de-virtualizing call");
  f_.reset(
      v, Op::StaticCall, Type::Tuple, args,
      {.aux_int = 0, .sym = {}, .aux_id = f_.addCall(std::move(info)).raw});
  return true;
}

} // namespace gannet::ssa
