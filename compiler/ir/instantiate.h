// Copies of IR: instances of generic functions, and bodies for inlining.
#ifndef GANNET_COMPILER_IR_INSTANTIATE_H
#define GANNET_COMPILER_IR_INSTANTIATE_H

#include "compiler/ir/make.h"

#include <string>
#include <unordered_map>

namespace gannet::ir {

// Replaces type parameters in types. Types without any come back as they are. Types declared inside the generic function
// become new types of the instance, one each.
class TypeSubst {
public:
  // `object` is the generic function or method whose parameters `params` are (null: local types are kept).
  TypeSubst(Package &package, types::Func *object, types::TypeParamList params, types::TypeList args);
  types::Type *operator()(types::Type *t);
  types::TypeList list(types::TypeList l);
  types::Var *var(types::Var *v);

private:
  types::Type *make(types::Type *t);
  types::VarList vars(types::VarList l);
  // Is it declared in the generic function?
  bool isLocal(const types::Named *n) const;
  types::Named *localType(types::Named *n);

  Package &package_;
  types::Func *object_;
  types::TypeParamList params_;
  types::TypeList args_;
  std::unordered_map<types::Type *, types::Type *> done_; // never iterated
};

// Copies trees from one function into another. Locals and labels are mapped: those of closures on the way too.
class Cloner {
public:
  Cloner(Package &package, TypeSubst *subst) : package_(package), make_(package), subst_(subst) {}

  Node *node(Node *n);
  NodeList list(NodeList l);
  // The copy of `l`, made in `into` if it is new.
  void mapLocal(Local *from, Local *to) { locals_[from] = to; }
  void mapLabel(Label *from, Label *to) { labels_[from] = to; }
  // Copies parameters, results, captures and body of `from` into the empty `to`.
  void function(Func &from, Func &to);
  void setInto(Func &into) { into_ = root_ = &into; }

  // For inlining: sites of copied nodes are moved up by this much; nodes of site 0 get it itself.
  std::uint32_t site_base = 0;
  bool renames_closures = false; // copies of closures get new names in `into`
  std::string inlined; // a part of these names: the calls that are inlined there

private:
  Local *localOf(Local *l);
  Label *labelOf(Label *l);
  Func *closure(Func *f);
  types::Type *type(types::Type *t) { return t && subst_ ? (*subst_)(t) : t; }
  Node *resolve(Node *n, const Node *from);

  Package &package_;
  Maker make_;
  TypeSubst *subst_;
  Func *into_ = nullptr, *root_ = nullptr;
  std::unordered_map<Local *, Local *> locals_; // never iterated
  std::unordered_map<Label *, Label *> labels_;
  std::unordered_map<Func *, Func *> funcs_;
};

// Makes the bodies of all pending instances (and those that they need), finalizes them and queues them in package.funcs.
void instantiatePending(Package &package);

} // namespace gannet::ir

#endif
