// Switches over types.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/data/type_descriptor.h"
#include "compiler/types/predicates.h"

#include <algorithm>

namespace gannet::ssa {

namespace {

constexpr std::int64_t kTypeHashOffset = 16; // abi.Type.Hash

bool isNil(const ir::Node *type) { return type->op == ir::Op::Nil; }

bool isConcrete(const ir::Node *type) { return !isNil(type) && !types::underAs<types::Interface>(type->aux_type()); }

} // namespace

// One test; goes on in a new block if it fails.
void FunctionBuilder::testType(ValueId type, TypeCase &c, const Val &x, BlockId otherwise) {
  if (isNil(c.type))
    return branch(emit(Op::Eq, Type::Bool, {type, nil()}), c.hit, otherwise);
  TypeP want = c.type->aux_type();
  if (isConcrete(c.type))
    return branch(emit(Op::Eq, Type::Bool, {type, typeAddr(want)}), c.hit, otherwise);
  ValueId word = isEmptyInterface(want) ? type : assertItab(want, type, true);
  branch(emit(Op::IsNonNil, Type::Bool, {word}), c.hit, otherwise);
  c.bound = Val::of({word, x[1]});
}

// Among concrete types, by the hash in the type's descriptor; types of the same hash are then told apart by their address.
void FunctionBuilder::searchHash(ValueId type, ValueId hash, std::span<const TypeCase> cases, BlockId otherwise) {
  struct Entry {
    std::int32_t hash;
    const TypeCase *type_case;
  };
  std::vector<Entry> entries;
  for (const TypeCase &c : cases)
    entries.push_back({static_cast<std::int32_t>(data::typeHash(c.type->aux_type())), &c});
  // Stable: of equal types, which instantiation can give, the first counts.
  std::stable_sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) { return a.hash < b.hash; });
  std::vector<SwitchCase> hashes;
  for (const Entry &e : entries)
    if (hashes.empty() || hashes.back().value != e.hash)
      hashes.push_back({e.hash, newBlock()});
  searchValues(hash, false, hashes, otherwise);
  std::size_t at = 0;
  for (const SwitchCase &h : hashes) {
    startSealed(h.target);
    for (; at < entries.size() && entries[at].hash == h.value; ++at) {
      bool last = at + 1 == entries.size() || entries[at + 1].hash != h.value;
      BlockId next = last ? otherwise : newBlock();
      const TypeCase &c = *entries[at].type_case;
      branch(emit(Op::Eq, Type::Bool, {type, typeAddr(c.type->aux_type())}), c.hit, next);
      if (!last)
        startSealed(next);
    }
  }
}

// Goes to the first case that `type` fits, or to `otherwise`. Long runs of concrete types are searched by hash.
void FunctionBuilder::searchTypes(ValueId type, std::span<TypeCase> cases, const Val &x, BlockId otherwise) {
  auto runFrom = [&](std::size_t from) {
    std::size_t to = from;
    while (to < cases.size() && isConcrete(cases[to].type))
      ++to;
    return to - from;
  };
  ValueId hash{};
  auto loadHash = [&] {
    // Nothing but nil fits nil: with that out of the way the descriptor can be read.
    BlockId when_nil = otherwise, some = newBlock();
    for (const TypeCase &c : cases)
      if (isNil(c.type)) {
        when_nil = c.hit;
        break;
      }
    branch(emit(Op::IsNonNil, Type::Bool, {type}), some, when_nil, 1);
    startSealed(some);
    return load(Type::I32, b_.offPtr(type, kTypeHashOffset));
  };
  for (std::size_t i = 0; i < cases.size();) {
    std::size_t run = runFrom(i), step = run < kSearchFrom ? 1 : run;
    BlockId next = newBlock();
    at(*cases[i].type);
    if (run < kSearchFrom) {
      testType(type, cases[i], x, next);
    } else {
      if (!hash)
        hash = loadHash();
      searchHash(type, hash, cases.subspan(i, run), next);
    }
    startSealed(next);
    i += step;
  }
  jump(otherwise);
}

void FunctionBuilder::typeSwitchStmt(const Node &n) {
  BlockId done = n.label() ? label(n.label()) : newBlock();
  Val x = expr(*n.x);
  at(n);
  std::vector<BlockId> bodies;
  std::vector<TypeCase> cases;
  BlockId otherwise = done, none;
  for (const Node *c : n.list) {
    bodies.push_back(newBlock());
    if (c->has(ir::kDefault))
      otherwise = bodies.back();
    for (const Node *t : c->list)
      cases.push_back({t, bodies.back(), x});
  }
  if (context_.count_edges && otherwise == done)
    otherwise = none = newBlock();
  searchTypes(typeWord(n.x->type, x), cases, x, otherwise);
  std::size_t next_case = 0;
  for (std::size_t i = 0; i < n.list.size(); ++i) {
    const Node &c = *n.list[i];
    startCounted(bodies[i]);
    at(c);
    if (c.local() && c.list.size() == 1 && isConcrete(c.list[0]))
      declareVal(*c.local(), fromData(c.list[0]->aux_type(), x[1]));
    else if (c.local())
      declareVal(*c.local(), c.list.size() == 1 ? cases[next_case].bound : x);
    next_case += c.list.size();
    stmts(c.body);
    jump(done);
  }
  countOtherwise(none, done);
  startSealed(done);
  if (n.label())
    labels_[n.label()->id] = {};
}

} // namespace gannet::ssa
