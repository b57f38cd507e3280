// A conversion of bytes to a string must copy, since the bytes may change later. It need not where nothing can change them
// before the last look at the string:
//
// (1) an operand of a comparison whose other operand runs no code of the program's;
// (2) the key of a map that is looked up or deleted from; an assignment keeps its key;
// (3) the tag of a switch over constants;
// (4) a part of a concatenation that has a constant part beside it: the result is always a new string then;
// (5) the string of unique.Make, which looks it up and keeps a copy.
//
// A conversion of a string to bytes need not copy where the bytes are only read: (6) the operand of range.
#include "compiler/ir/temp_conversions.h"

#include "compiler/ir/finalize.h"

#include <unordered_set>

namespace gannet::ir {
namespace {

bool isConversion(const Node *n, Conv conv) { return n && n->op == Op::Convert && n->conv() == conv; }

void markString(Node *n) {
  if (isConversion(n, Conv::BytesToString))
    n->set(kTemp);
}

// Nothing in `n` can store to memory that others see.
bool runsNoCode(Node *n) {
  switch (n->op) {
  case Op::Const:
  case Op::Nil:
  case Op::Zero:
  case Op::LocalRef:
  case Op::GlobalRef:
    return true;
  case Op::Field:
  case Op::Deref:
  case Op::SliceExpr:
  case Op::Index:
  case Op::Convert: {
    bool all = true;
    forEachChild(*n, [&](Node *&c) { all = all && runsNoCode(c); });
    return all;
  }
  default:
    return false;
  }
}

void markComparison(Node &n) {
  if (runsNoCode(n.y))
    markString(n.x);
  markString(n.y); // compared as soon as it is made
}

void markConcat(Node &n) {
  bool has_constant = false;
  for (Node *c : n.list)
    has_constant = has_constant || (c->op == Op::Const && !c->value().stringVal().empty());
  for (std::size_t i = 0; has_constant && i < n.list.size(); ++i) {
    bool rest_runs_no_code = true;
    for (Node *later : n.list.subspan(i + 1))
      rest_runs_no_code = rest_runs_no_code && runsNoCode(later);
    if (rest_runs_no_code)
      markString(n.list[i]);
  }
}

void markSwitch(Node &n) {
  for (Node *c : n.list)
    for (Node *v : c->list)
      if (v->op != Op::Const)
        return;
  markString(n.x);
}

} // namespace

void markTempConversions(Func &func) {
  std::unordered_set<const Node *> assigned; // map elements that are stored to
  auto stores = [&](Node *n) {
    if (n && n->op == Op::MapIndex)
      assigned.insert(n);
  };
  walk(func.body, [&](Node &n) {
    switch (n.op) {
    case Op::Assign:
    case Op::AssignOp:
      return stores(n.x);
    case Op::AssignList:
    case Op::AssignTuple:
      for (Node *c : n.list)
        stores(c);
      return;
    case Op::Range:
      stores(n.y);
      stores(n.z);
      if (isConversion(n.x, Conv::StringToBytes))
        n.x->set(kTemp);
      return;
    case Op::Case: // of Select: what is received is stored
      for (Node *c : n.list)
        stores(c);
      return;
    case Op::MapIndex:
      if (assigned.contains(&n))
        return;
      [[fallthrough]];
    case Op::MapIndexOk:
    case Op::Delete:
      return markString(n.y);
    case Op::Eq:
    case Op::Ne:
    case Op::Lt:
    case Op::Le:
    case Op::Gt:
    case Op::Ge:
      return markComparison(n);
    case Op::Concat:
      return markConcat(n);
    case Op::CallStatic:
      return n.aux_func->name == "unique.Make[string]" ? markString(n.list[0]) : void();
    case Op::Switch:
      return n.x ? markSwitch(n) : void();
    default:
      return;
    }
  });
}

} // namespace gannet::ir
