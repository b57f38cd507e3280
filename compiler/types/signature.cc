// Function types: receivers, type parameters, parameters, results.
#include "compiler/types/check.h"

namespace gannet::types {

using syntax::Name;

void Checker::funcType(Signature *sig, syntax::Field *recv, syntax::FieldList tparams, syntax::FuncType *type) {
  Scope *outer = env_.scope;
  Scope *scope = context_.newScope(outer, true);
  env_.scope = scope;
  sig->scope = scope;
  if (recv)
    collectRecv(sig, recv, scope);
  if (!tparams.empty())
    collectTypeParams(&sig->type_params, tparams);
  std::vector<Name *> param_names, result_names;
  std::vector<Var *> params = collectParams(VarRole::Param, type->params, true, &sig->variadic, &param_names);
  std::vector<Var *> results = collectParams(VarRole::Result, type->results, false, nullptr, &result_names);
  for (Var *v : params)
    v->func_scope = sig;
  for (Var *v : results)
    v->func_scope = sig;
  // Names are declared after all types, so that types do not see them.
  if (sig->recv && !sig->recv->name.empty())
    declare(scope, recv->name, sig->recv);
  declareParams(param_names, params);
  declareParams(result_names, results);
  sig->params = context_.tuple(params);
  sig->results = context_.tuple(results);
  env_.scope = outer;
}

void Checker::collectRecv(Signature *sig, syntax::Field *field, Scope *scope) {
  RecvParts parts = unpackRecv(field->type, true);
  Type *recv_type = invalidType();
  if (parts.type_params.empty()) {
    recv_type = varType(field->type);
    // An alias must not hide an instantiated type.
    auto without_pointers = [](Type *t) {
      while (Pointer *p = as<Pointer>(t))
        t = p->elem;
      return t;
    };
    Type *t = without_pointers(recv_type);
    while (Alias *a = as<Alias>(t)) {
      Type *base = without_pointers(a->rhs ? a->rhs : invalidType());
      Named *n = as<Named>(base);
      if ((n && n->isInstance()) || (as<Alias>(base) && !static_cast<Alias *>(base)->type_args.empty())) {
        error(parts.base, "cannot define new methods on instantiated type ", base);
        recv_type = invalidType();
        break;
      }
      t = base;
    }
  } else {
    std::string cause;
    Type *base_type = genericType(parts.base, &cause);
    Named *base = nullptr;
    if (isValid(base_type)) {
      base = as<Named>(base_type);
      if (!base)
        error(parts.base, "cannot define new methods on generic alias type ", base_type);
    } else if (!cause.empty()) {
      error(parts.base, cause);
    }
    // The receiver's own names for the base's type parameters.
    std::vector<TypeParam *> params;
    std::vector<Type *> args;
    for (Name *n : parts.type_params) {
      TypeParam *p = declareTypeParam(n);
      p->index = static_cast<int>(params.size());
      recordTypeAndValue(n, Mode::TypeExpr, p, nullptr);
      params.push_back(p);
      args.push_back(p);
      if (base && params.size() <= base->typeParams().size())
        instance_graph_.setCanonical(p, base->typeParams()[params.size() - 1]);
    }
    sig->recv_type_params = context_.list(params);
    if (base) {
      TypeParamList declared = base->typeParams();
      TypeList arg_list = context_.list(args);
      if (params.size() == declared.size()) {
        for (std::size_t i = 0; i < params.size(); ++i) {
          params[i]->bound = subst(context_, declared[i]->bound, SubstMap(declared, arg_list));
          params[i]->bound_interface = nullptr;
        }
        verifyVersion(syntax::startPos(parts.base), 18, "type instantiation");
        recv_type = context_.instantiate(base, arg_list);
        recordInstance(parts.base, arg_list, recv_type);
      } else {
        error(parts.base, "receiver declares ", int(params.size()), " type parameter", params.size() == 1 ? "" : "s",
              ", but receiver base type declares ", int(declared.size()));
      }
      if (parts.ptr && isValid(recv_type))
        recv_type = context_.pointerTo(recv_type);
      // Facts for the receiver expression and its parts.
      syntax::Expr *e = field->type;
      Type *t = recv_type;
      while (e) {
        recordTypeAndValue(e, Mode::TypeExpr, t, nullptr);
        if (auto *p = e->as<syntax::ParenExpr>()) {
          e = p->x;
        } else if (auto *op = e->as<syntax::Operation>(); op && op->op == syntax::Operator::Mul && op->isUnary()) {
          e = op->x;
          t = deref(t);
        } else {
          e = nullptr;
        }
      }
    }
  }
  std::string_view name = field->name ? field->name->value : std::string_view();
  Pos pos = field->name ? field->name->pos : field->pos;
  Var *recv = context_.makeObject<Var>(VarRole::Recv, pos, pkg_, name, recv_type);
  recv->func_scope = sig;
  recv->func_level = 1;
  sig->recv = recv;
  Pos base_pos = syntax::startPos(parts.base);
  later([this, base_pos, recv] { validRecv(base_pos, recv); });
}

void Checker::validRecv(Pos pos, Var *recv) {
  Type *base = deref(recv->type);
  Type *t = unalias(base);
  if (!t || !isValid(t))
    return;
  if (Named *n = as<Named>(t)) {
    if (n->obj->pkg != pkg_) {
      error(pos, "cannot define new methods on non-local type ", base);
      return;
    }
    Type *u = n->underlying();
    std::string_view cause;
    if (Basic *b = as<Basic>(u); b && b->basic == BasicKind::UnsafePointer)
      cause = "unsafe.Pointer";
    else if (as<Pointer>(u) || as<Interface>(u))
      cause = "pointer or interface type";
    if (!cause.empty())
      error(pos, "invalid receiver type ", base, " (", cause, ")");
  } else if (as<Basic>(t)) {
    error(pos, "cannot define new methods on non-local type ", base);
  } else {
    error(pos, "invalid receiver type ", recv->type);
  }
}

std::vector<Var *> Checker::collectParams(VarRole role, syntax::FieldList list, bool variadic_ok, bool *variadic,
                                          std::vector<Name *> *names) {
  std::vector<Var *> params;
  Type *t = nullptr;
  syntax::Expr *previous = nullptr;
  for (std::size_t i = 0; i < list.size(); ++i) {
    syntax::Field *f = list[i];
    if (f->type != previous) {
      previous = f->type;
      syntax::Expr *e = f->type;
      if (auto *dots = e->as<syntax::DotsType>()) {
        e = dots->elem;
        if (variadic_ok && i + 1 == list.size())
          *variadic = true;
        else
          error(dots, variadic_ok ? "can only use ... with final parameter in list" : "invalid use of ...");
      }
      t = varType(e);
    }
    Var *v = context_.makeObject<Var>(role, f->name ? f->name->pos : f->pos, pkg_,
                                      f->name ? f->name->value : std::string_view(), t);
    v->func_level = env_.func_level;
    names->push_back(f->name);
    params.push_back(v);
  }
  if (variadic && *variadic && !params.empty()) {
    Var *last = params.back();
    last->type = context_.sliceOf(last->type);
    recordTypeAndValue(list.back()->type, Mode::TypeExpr, last->type, nullptr);
  }
  return params;
}

void Checker::declareParams(const std::vector<Name *> &names, const std::vector<Var *> &params) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i])
      declare(env_.scope, names[i], params[i]);
}

} // namespace gannet::types
