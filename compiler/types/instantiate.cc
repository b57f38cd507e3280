// Type arguments against constraints, and fresh names for type parameters.
#include "compiler/types/check.h"

namespace gannet::types {

int Checker::verifyInstance(Pos, TypeParamList params, TypeList args, std::string *why) {
  SubstMap map(params, args);
  for (std::size_t i = 0; i < params.size() && i < args.size(); ++i) {
    // A constraint may mention the other type parameters. One that is no interface stands for the interface of that type.
    Type *bound = params[i]->bound;
    if (!bound || (!underAs<Interface>(bound) && isValid(bound)))
      bound = constraintOf(params[i]);
    if (!implements(args[i], subst(context_, bound, map), true, why))
      return static_cast<int>(i);
  }
  return -1;
}

// A call inside a generic function may infer type arguments for that very function: f[P] calls f(x) with x of type P.
// With names of its own for each inference, the P that is inferred and the P that stands for an argument differ.
TypeParamList Checker::renameTypeParams(TypeParamList params) {
  std::vector<TypeParam *> fresh;
  std::vector<Type *> args;
  for (TypeParam *p : params) {
    TypeName *name = context_.makeObject<TypeName>(p->obj->pos, p->obj->pkg, p->obj->name, nullptr);
    TypeParam *copy = context_.make<TypeParam>(&context_, name, nullptr);
    copy->index = p->index;
    name->type = copy;
    fresh.push_back(copy);
    args.push_back(copy);
  }
  SubstMap map(params, args);
  for (std::size_t i = 0; i < fresh.size(); ++i)
    fresh[i]->bound = params[i]->bound ? subst(context_, params[i]->bound, map) : nullptr;
  return context_.list(fresh);
}

} // namespace gannet::types
