// Switches over values.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/constant/value.h"
#include "compiler/types/predicates.h"

#include <algorithm>

namespace gannet::ssa {

namespace {

constexpr std::size_t kLeaf = 3;
constexpr std::size_t kTableFrom = 8;
constexpr std::uint64_t kTableSparsest = 4; // places of a jump table for one case

// Whether values sorted from `low` to `high`, `count` of them, are dense enough for a table.
bool isDense(std::int64_t low, std::int64_t high, std::size_t count) {
  std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  return count >= kTableFrom && span / kTableSparsest < count;
}

} // namespace

// Goes to the target of the value that `tag` has, or to `otherwise`. `cases` is sorted, by sign or without.
void FunctionBuilder::searchValues(ValueId tag, bool is_unsigned, std::span<const SwitchCase> cases, BlockId otherwise) {
  Type t = f_[tag].type;
  if (isDense(cases.front().value, cases.back().value, cases.size()))
    return jumpByTable(tag, is_unsigned, cases, otherwise);
  if (cases.size() <= kLeaf) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      BlockId next = i + 1 == cases.size() ? otherwise : newBlock();
      branch(emit(Op::Eq, Type::Bool, {tag, constant(t, cases[i].value)}), cases[i].target, next);
      if (i + 1 != cases.size())
        startSealed(next);
    }
    return;
  }
  std::size_t middle = cases.size() / 2;
  BlockId low = newBlock(), high = newBlock();
  branch(emit(is_unsigned ? Op::LtU : Op::Lt, Type::Bool, {tag, constant(t, cases[middle].value)}), low, high);
  startSealed(low);
  searchValues(tag, is_unsigned, cases.first(middle), otherwise);
  startSealed(high);
  searchValues(tag, is_unsigned, cases.subspan(middle), otherwise);
}

void FunctionBuilder::jumpByTable(ValueId tag, bool is_unsigned, std::span<const SwitchCase> cases, BlockId otherwise) {
  std::int64_t low = cases.front().value;
  ValueId wide = sizeBytes(f_[tag].type) == 8 ? tag : emit(is_unsigned ? Op::ZeroExt : Op::SignExt, Type::I64, {tag});
  ValueId index = low == 0 ? wide : emit(Op::Sub, Type::I64, {wide, int64(low)});
  std::int64_t places = cases.back().value - low + 1;
  BlockId in_table = newBlock();
  branch(emit(Op::LtU, Type::Bool, {index, int64(places)}), in_table, otherwise);
  startSealed(in_table);
  std::vector<BlockId> targets(static_cast<std::size_t>(places), otherwise);
  for (const SwitchCase &c : cases)
    targets[static_cast<std::size_t>(c.value - low)] = c.target;
  b_.jumpTable(index, targets);
}

// Integer constants only: comparisons as a tree, and tables. False if the switch is not of that kind; nothing is made then.
bool FunctionBuilder::constantSwitch(const Node &n, const Val &tag, std::span<const BlockId> bodies,
                                     BlockId otherwise) {
  if (!types::isInteger(n.x->type) || tag.count != 1 || !isInt(f_[tag[0]].type))
    return false;
  std::vector<SwitchCase> cases;
  for (std::size_t i = 0; i < n.list.size(); ++i)
    for (const Node *v : n.list[i]->list) {
      if (v->op != ir::Op::Const)
        return false;
      cases.push_back({static_cast<std::int64_t>(constant::wordVal(constant::toInt(v->value()))), bodies[i]});
    }
  if (cases.size() < kSearchFrom)
    return false;
  bool is_unsigned = isUnsigned(n.x->type);
  std::stable_sort(cases.begin(), cases.end(), [&](const SwitchCase &a, const SwitchCase &b) {
    return is_unsigned ? static_cast<std::uint64_t>(a.value) < static_cast<std::uint64_t>(b.value) : a.value < b.value;
  });
  searchValues(tag[0], is_unsigned, cases, otherwise);
  return true;
}

// String constants only: the length is searched for, then each string of that length is compared with. False if the switch
// is not of that kind; nothing is made then.
bool FunctionBuilder::stringSwitch(const Node &n, const Val &tag, std::span<const BlockId> bodies, BlockId otherwise) {
  if (!types::isString(n.x->type))
    return false;
  struct Text {
    std::string_view text;
    BlockId body;
  };
  std::vector<Text> texts;
  for (std::size_t i = 0; i < n.list.size(); ++i)
    for (const Node *v : n.list[i]->list) {
      if (v->op != ir::Op::Const)
        return false;
      texts.push_back({v->value().stringVal(), bodies[i]});
    }
  if (texts.size() < kSearchFrom)
    return false;
  std::stable_sort(texts.begin(), texts.end(), [](const Text &a, const Text &b) { return a.text.size() < b.text.size(); });
  std::vector<SwitchCase> lengths;
  for (const Text &t : texts)
    if (auto length = static_cast<std::int64_t>(t.text.size()); lengths.empty() || lengths.back().value != length)
      lengths.push_back({length, newBlock()});
  searchValues(tag[1], false, lengths, otherwise);
  std::size_t at = 0;
  for (const SwitchCase &length : lengths) {
    startSealed(length.target);
    for (; at < texts.size() && static_cast<std::int64_t>(texts[at].text.size()) == length.value; ++at) {
      BlockId next = newBlock();
      branch(equalBytesConst(tag[0], texts[at].text), texts[at].body, next);
      startSealed(next);
    }
    jump(otherwise);
  }
  return true;
}

void FunctionBuilder::switchStmt(const Node &n) {
  BlockId done = n.label() ? label(n.label()) : newBlock();
  std::vector<BlockId> bodies;
  BlockId otherwise = done, none;
  for (const Node *c : n.list) {
    bodies.push_back(newBlock());
    if (c->has(ir::kDefault))
      otherwise = bodies.back();
  }
  if (context_.count_edges && otherwise == done)
    otherwise = none = newBlock();
  Val tag;
  hoist({{n.x}});
  if (n.x)
    tag = stable(n.x->type, expr(*n.x));
  at(n);
  if (!n.x || !(constantSwitch(n, tag, bodies, otherwise) || stringSwitch(n, tag, bodies, otherwise))) {
    for (std::size_t i = 0; i < n.list.size(); ++i)
      for (const Node *v : n.list[i]->list) {
        at(*v);
        BlockId next = newBlock();
        if (!n.x) {
          condition(*v, bodies[i], next);
        } else {
          hoist({{v}});
          ValueId same;
          if (v->op == ir::Op::Nil)
            same = equalNil(*n.x, tag);
          else if (v->op == ir::Op::Const && types::isString(n.x->type))
            same = equalStringConst(tag, v->value().stringVal());
          else
            same = equal(n.x->type, tag, expr(*v));
          at(*v);
          branch(same, bodies[i], next);
        }
        startSealed(next);
      }
    jump(otherwise);
  }
  for (std::size_t i = 0; i < n.list.size(); ++i) {
    // A fallthrough comes in from the body before.
    startCounted(bodies[i]);
    at(*n.list[i]);
    stmts(n.list[i]->body);
    if (n.list[i]->has(ir::kFallthrough) && i + 1 < n.list.size())
      jump(bodies[i + 1]);
    else
      jump(done);
  }
  countOtherwise(none, done);
  startSealed(done);
  if (n.label())
    labels_[n.label()->id] = {};
}

} // namespace gannet::ssa
