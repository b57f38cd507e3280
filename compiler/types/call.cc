// Calls: conversions, functions, generic functions with inference of type arguments.
#include "compiler/base/check.h"
#include "compiler/types/check.h"

namespace gannet::types {

// ---- Instantiation ----

// Instantiates the generic function x. `inst` gives explicit type arguments; `target` a function type it is assigned to.
// Without do_infer, too few arguments are no error: they are left in *partial and x stays generic.
void Checker::funcInst(const Target *target, Pos pos, Operand &x, syntax::IndexExpr *inst, bool do_infer,
                       std::vector<Type *> *partial) {
  Pos inst_pos = inst ? inst->pos : pos;
  if (inst)
    x.expr = inst;
  bool version_ok = verifyVersion(inst_pos, 18, "function instantiation");
  std::vector<Type *> args;
  syntax::ExprList arg_exprs;
  if (inst) {
    arg_exprs = inst->indices;
    if (!typeList(arg_exprs, &args)) {
      x.invalidate();
      return;
    }
  }
  Signature *sig = underAs<Signature>(x.type);
  std::size_t got = args.size(), want = sig->type_params.size();
  if (got > want) {
    error(arg_exprs[got - 1], "got ", int(got), " type arguments but want ", int(want));
    x.invalidate();
    return;
  }
  if (got < want) {
    if (!do_infer) {
      *partial = std::move(args);
      return;
    }
    // A target's signature is like an argument for a parameter of the function's own type.
    std::vector<Var *> params;
    std::vector<Operand> operands;
    TypeParamList renamed = renameTypeParams(sig->type_params);
    std::vector<Type *> as_types(renamed.begin(), renamed.end());
    SubstMap map(sig->type_params, as_types);
    bool reverse = false;
    if (target && target->sig) {
      if (version_ok && !allowVersion(21))
        versionError(inst_pos, 21, inst ? "partially instantiated function in assignment"
                                        : "implicitly instantiated function in assignment");
      Signature *plain = context_.make<Signature>();
      plain->params = sig->params;
      plain->results = sig->results;
      plain->variadic = sig->variadic;
      Type *param_type = subst(context_, plain, map);
      params.push_back(context_.param(x.pos(), pkg_, "", param_type));
      auto *name = context_.arena().make<syntax::Name>();
      name->kind = syntax::NodeKind::Name;
      name->id = ~0u;
      name->pos = x.pos();
      name->value = context_.intern(target->description);
      operands.push_back({Mode::Value, BuiltinId::Append, name, target->sig, {}});
      reverse = true;
    }
    std::vector<Operand *> operand_list;
    for (Operand &o : operands)
      operand_list.push_back(&o);
    args.resize(want, nullptr);
    ErrorText err;
    if (!infer(pos, renamed, args, params, operand_list, reverse, &err)) {
      if (!err.empty())
        report(err);
      x.invalidate();
      return;
    }
  }
  x.type = instantiateSignature(x.pos(), x.expr, sig, context_.list(args), arg_exprs);
  x.mode = Mode::Value;
}

Signature *Checker::instantiateSignature(Pos pos, syntax::Expr *e, Signature *sig, TypeList args,
                                         syntax::ExprList arg_exprs) {
  GANNET_CHECK(args.size() == sig->type_params.size(), "wrong number of type arguments");
  Signature *inst = static_cast<Signature *>(subst(context_, sig, SubstMap(sig->type_params, args)));
  inst = context_.make<Signature>(*inst);
  inst->type_params = {};
  recordInstance(e, args, inst);
  later([this, pos, sig, args, arg_exprs] {
    std::string why;
    int i = verifyInstance(pos, sig->type_params, args, &why);
    if (i >= 0)
      error(std::size_t(i) < arg_exprs.size() ? syntax::startPos(arg_exprs[std::size_t(i)]) : pos, why);
    else
      instance_graph_.addInstance(pkg_, pos, sig->type_params, args, arg_exprs);
  });
  return inst;
}

// ---- Calls ----

namespace {

ExprKind builtinKind(BuiltinId id) {
  switch (id) {
  case BuiltinId::Clear:
  case BuiltinId::Close:
  case BuiltinId::Copy:
  case BuiltinId::Delete:
  case BuiltinId::Panic:
  case BuiltinId::Print:
  case BuiltinId::Println:
  case BuiltinId::Recover:
  case BuiltinId::Assert:
    return ExprKind::Statement;
  default:
    return ExprKind::Expression;
  }
}

} // namespace

ExprKind Checker::conversionCall(Operand &x, syntax::CallExpr *e) {
  nonGeneric(nullptr, x);
  if (!x.ok()) {
    use(e->args);
    x.expr = e;
    return ExprKind::Conversion;
  }
  Type *t = x.type;
  x.invalidate();
  if (e->args.empty()) {
    error(e, "missing argument in conversion to ", t);
  } else if (e->args.size() > 1) {
    use(e->args);
    error(e->args.back(), "too many arguments in conversion to ", t);
  } else {
    expr(nullptr, x, e->args[0]);
    if (x.ok()) {
      Interface *i = underAs<Interface>(t);
      if (i && !isTypeParam(t) && !typeSet(i).isMethodSet()) {
        error(e, "cannot use interface ", t, " in conversion (contains specific type constraints or is comparable)");
        x.invalidate();
      } else if (e->has_dots) {
        error(e->args[0], "invalid use of ... in conversion to ", t);
        x.invalidate();
      } else {
        conversion(x, t);
      }
    }
  }
  x.expr = e;
  return ExprKind::Conversion;
}

ExprKind Checker::callExpr(Operand &x, syntax::CallExpr *e) {
  auto *inst = e->fun->as<syntax::IndexExpr>();
  if (inst) {
    if (!indexExpr(x, inst))
      inst = nullptr;
    x.expr = e->fun;
    record(x);
  } else {
    exprOrType(x, e->fun, true);
  }
  switch (x.mode) {
  case Mode::Invalid:
    use(e->args);
    x.expr = e;
    return ExprKind::Statement;
  case Mode::TypeExpr:
    return conversionCall(x, e);
  case Mode::Builtin: {
    BuiltinId id = x.builtin;
    if (!builtinCall(x, e, id))
      x.invalidate();
    x.expr = e;
    if (x.ok() && x.mode != Mode::Constant)
      env_.has_call_or_recv = true;
    return builtinKind(id);
  }
  default:
    break;
  }

  auto fail = [&] {
    use(e->args);
    x.invalidate();
    x.expr = e;
    return ExprKind::Statement;
  };
  std::string cause;
  Type *u = x.mode == Mode::NilValue
                ? (cause = text(x.type, " is not a function"), nullptr)
                : commonUnder(
                      x.type,
                      [&](Type *t, Type *ut) { return ut && !as<Signature>(ut) ? text(t, " is not a function") : ""; },
                      &cause, pkg_);
  Signature *sig = as<Signature>(u);
  if (!sig) {
    error(x, "invalid operation: cannot call ", x, ": ", cause);
    return fail();
  }
  bool was_generic = !sig->type_params.empty();

  std::vector<Type *> targs;
  syntax::ExprList targ_exprs;
  if (inst) {
    targ_exprs = inst->indices;
    if (!typeList(targ_exprs, &targs))
      return fail();
    std::size_t want = sig->type_params.size();
    if (targs.size() > want) {
      error(targ_exprs[want], "got ", int(targs.size()), " type arguments but want ", int(want));
      return fail();
    }
    if (targs.size() == want && want > 0) {
      verifyVersion(syntax::startPos(inst), 18, "function instantiation");
      sig = instantiateSignature(inst->pos, inst, sig, context_.list(targs), targ_exprs);
      targs.clear();
      targ_exprs = {};
    }
  }

  std::vector<std::vector<Type *>> arg_targs;
  std::vector<Operand> args = genericExprList(e->args, &arg_targs);
  sig = arguments(e, sig, std::move(targs), targ_exprs, args, arg_targs);
  if (was_generic && sig->type_params.empty()) {
    recordTypeAndValue(e->fun, Mode::Value, sig, nullptr);
    // Parentheses and the index expression share the type.
    for (syntax::Expr *f = e->fun; auto *p = f->as<syntax::ParenExpr>(); f = p->x)
      recordTypeAndValue(p->x, Mode::Value, sig, nullptr);
  }
  VarList results = vars(sig->results);
  if (results.empty()) {
    x.mode = Mode::NoValue;
    x.type = sig; // for messages: what stands where a value should
  } else {
    x.mode = Mode::Value;
    x.type = results.size() == 1 ? results[0]->type : sig->results;
  }
  x.expr = e;
  env_.has_call_or_recv = true;
  // Inference failed: the result's type would be meaningless.
  if (x.mode == Mode::Value && !sig->type_params.empty() && isParameterized(sig->type_params, x.type))
    x.invalidate();
  return ExprKind::Statement;
}

std::vector<Operand> Checker::exprList(syntax::ExprList list) {
  std::vector<Operand> out;
  if (list.size() == 1) {
    bool ignored;
    return multiExpr(list[0], false, &ignored);
  }
  out.resize(list.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    expr(nullptr, out[i], list[i]);
  return out;
}

// Arguments of a call, where generic functions may stand uninstantiated; partial type arguments of each in *type_args.
std::vector<Operand> Checker::genericExprList(syntax::ExprList list, std::vector<std::vector<Type *>> *type_args) {
  bool do_infer = !allowVersion(21); // before, arguments had to be instantiated on their own
  std::vector<Operand> out;
  if (list.empty())
    return out;
  type_args->resize(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    Operand x;
    auto *inst = list[i]->as<syntax::IndexExpr>();
    if (inst) {
      bool is_inst = indexExpr(x, inst);
      if (is_inst) {
        std::vector<Type *> &partial = (*type_args)[i];
        funcInst(nullptr, x.pos(), x, inst, do_infer, &partial);
        x.expr = inst;
        if (partial.empty())
          record(x);
      } else {
        x.expr = inst;
        pendingType(x);
        record(x);
        exclude(x, true, true, true);
        singleValue(x);
      }
    } else if (list.size() == 1) {
      rawExpr(nullptr, x, list[i], nullptr, true);
      exclude(x, true, true, true);
      if (Tuple *t = x.ok() ? as<Tuple>(x.type) : nullptr) {
        for (Var *v : t->vars)
          out.push_back({Mode::Value, BuiltinId::Append, list[i], v->type, {}});
        return out;
      }
    } else {
      genericExpr(x, list[i]);
    }
    out.push_back(std::move(x));
  }
  return out;
}

namespace {

std::vector<Type *> typesOf(const std::vector<Operand> &list) {
  std::vector<Type *> out;
  for (const Operand &x : list)
    out.push_back(x.type);
  return out;
}

} // namespace

std::string Checker::typeListSummary(const std::vector<Type *> &list, bool variadic, bool has_dots) {
  std::string out = "(";
  for (std::size_t i = 0; i < list.size(); ++i) {
    Type *t = list[i];
    std::string s;
    if (!t || !isValid(t)) {
      s = "unknown type";
    } else if (isUntyped(t)) {
      s = isNumeric(t) ? "number" : std::string(static_cast<Basic *>(t)->name.substr(8)); // after "untyped "
    } else {
      s = text(t);
    }
    if (i + 1 == list.size()) {
      if (variadic) {
        if (Slice *sl = as<Slice>(t))
          s = text(sl->elem);
        s = "..." + s;
      } else if (has_dots) {
        s += "...";
      }
    }
    out += (i ? ", " : "") + s;
  }
  return out + ")";
}

Signature *Checker::arguments(syntax::CallExpr *call, Signature *sig, std::vector<Type *> targs,
                              syntax::ExprList targ_exprs, std::vector<Operand> &args,
                              const std::vector<std::vector<Type *>> &arg_targs) {
  // Source: Go specification, "Calls", "Passing arguments to ... parameters".
  std::size_t nargs = args.size();
  VarList declared = vars(sig->params);
  std::size_t npars = declared.size();
  VarList params = declared; // one for each argument
  if (sig->variadic) {
    if (call->has_dots) {
      if (call->args.size() == 1 && nargs > 1) {
        error(call, "cannot use ... with ", int(nargs), "-valued ", call->args[0]);
        return sig;
      }
    } else if (nargs + 1 >= npars) {
      std::vector<Var *> list(declared.begin(), declared.end() - 1);
      Var *last = declared.back();
      Slice *s = as<Slice>(unalias(last->type));
      GANNET_CHECK(s, "variadic parameter that is no slice");
      while (list.size() < nargs)
        list.push_back(context_.param(last->pos, last->pkg, last->name, s->elem));
      params = context_.list(list);
      npars = nargs;
    } else {
      --npars; // for the message below
    }
  } else if (call->has_dots) {
    error(call, "cannot use ... in call to non-variadic ", call->fun);
    return sig;
  }

  if (nargs != npars) {
    Pos at = syntax::startPos(call);
    std::string_view what = "not enough";
    if (nargs > npars) {
      at = syntax::startPos(args[npars].expr);
      what = "too many";
    } else if (nargs > 0) {
      at = syntax::startPos(args[nargs - 1].expr);
    }
    std::vector<Type *> want;
    for (Var *v : declared)
      want.push_back(v->type);
    ErrorText e;
    e.add(at, text(what, " arguments in call to ", call->fun));
    e.add(Pos(), text("have ", typeListSummary(typesOf(args), false, call->has_dots)));
    e.add(Pos(), text("want ", typeListSummary(want, sig->variadic, false)));
    report(e);
    return sig;
  }

  // Type parameters of the callee, renamed so that recursive calls do not mix them up, and of generic arguments.
  std::vector<TypeParam *> tparams;
  std::size_t own = sig->type_params.size();
  if (own > 0) {
    if (!allowVersion(18))
      versionError(syntax::startPos(call), 18,
                   call->fun->is<syntax::IndexExpr>() ? "function instantiation" : "implicit function instantiation");
    TypeParamList renamed = renameTypeParams(sig->type_params);
    tparams.assign(renamed.begin(), renamed.end());
    std::vector<Type *> list(renamed.begin(), renamed.end());
    params = substVars(context_, params, SubstMap(sig->type_params, list));
    targs.resize(own, nullptr);
  }
  std::vector<std::size_t> generic_args;
  for (std::size_t i = 0; i < args.size(); ++i) {
    Signature *s = args[i].ok() ? as<Signature>(args[i].type) : nullptr;
    if (!s || s->type_params.empty())
      continue;
    TypeParamList renamed = renameTypeParams(s->type_params);
    std::vector<Type *> list(renamed.begin(), renamed.end());
    Signature *copy = context_.make<Signature>(
        *static_cast<Signature *>(subst(context_, s, SubstMap(s->type_params, list))));
    copy->type_params = renamed;
    args[i].type = copy;
    tparams.insert(tparams.end(), renamed.begin(), renamed.end());
    if (i < arg_targs.size())
      targs.insert(targs.end(), arg_targs[i].begin(), arg_targs[i].end());
    targs.resize(tparams.size(), nullptr);
    generic_args.push_back(i);
  }
  if (!generic_args.empty())
    verifyVersion(syntax::startPos(args[generic_args[0]].expr), 21, "implicitly instantiated function as argument");

  Signature *result = sig;
  if (!tparams.empty()) {
    std::vector<Operand *> operands;
    for (Operand &a : args)
      operands.push_back(&a);
    ErrorText err;
    if (!infer(call->pos, context_.list(tparams), targs, params, operands, false, &err)) {
      if (!err.empty()) {
        err.parts[0].text = text("in call to ", call->fun, ", ", err.parts[0].text);
        report(err);
      }
      return result;
    }
    TypeList all = context_.list(targs);
    if (own > 0) {
      result = instantiateSignature(call->pos, call->fun, sig, all.subspan(0, own), targ_exprs);
      params = substVars(context_, params, SubstMap(context_.list(tparams), all));
    }
    std::size_t at = own;
    for (std::size_t i : generic_args) {
      Signature *s = static_cast<Signature *>(args[i].type);
      std::size_t n = s->type_params.size();
      args[i].type = instantiateSignature(call->pos, args[i].expr, s, all.subspan(at, n), {});
      record(args[i]);
      at += n;
    }
  }
  if (!args.empty()) {
    std::string context = text("argument to ", call->fun);
    for (std::size_t i = 0; i < args.size(); ++i)
      assignment(args[i], params[i]->type, context);
  }
  return result;
}

// ---- Uses of expressions in erroneous code: evaluated for their own errors, and to mark variables as used ----

bool Checker::use(syntax::ExprList list) {
  bool ok = true;
  for (syntax::Expr *e : list)
    ok = use(e) && ok;
  return ok;
}

bool Checker::useLhs(syntax::ExprList list) {
  bool ok = true;
  for (syntax::Expr *e : list)
    ok = use(e, true) && ok;
  return ok;
}

bool Checker::use(syntax::Expr *e, bool lhs) {
  if (!e)
    return true;
  Operand x;
  x.mode = Mode::Value;
  syntax::Expr *inner = syntax::unparen(e);
  if (auto *name = inner->as<syntax::Name>()) {
    if (name->value == "_")
      return true;
    Var *v = lhs ? as<Var>(lookup(name->value)) : nullptr;
    bool was_used = v && v->used;
    exprOrType(x, name, true);
    if (v && v->pkg == pkg_)
      v->used = was_used;
    return x.ok();
  }
  if (auto *kv = inner->as<syntax::KeyValueExpr>())
    return use(kv->value);
  rawExpr(nullptr, x, e, nullptr, true);
  return x.ok();
}

} // namespace gannet::types
