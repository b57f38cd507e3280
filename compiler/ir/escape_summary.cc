// What escape analysis tells callers (summaries) and users (-m).
#include "compiler/ir/escape.h"
#include "compiler/ir/escape_analysis.h"
#include "compiler/ir/source_text.h"
#include "compiler/syntax/tree.h"
#include "compiler/types/object.h"

namespace gannet::ir {
namespace {

bool isUintptr(Type *t) {
  auto *basic = types::underAs<types::Basic>(t);
  return basic && basic->basic == types::BasicKind::Uintptr;
}

// How a parameter of a function marked go:uintptrescapes is called that may be a pointer in disguise; empty if it is none.
std::string_view escapingInteger(const Local &p, const Func &f) {
  if (isUintptr(p.type))
    return "uintptr";
  auto *slice = types::underAs<types::Slice>(p.type);
  return f.sig && f.sig->variadic && &p == f.params.back() && slice && isUintptr(slice->elem) ? "...uintptr" : "";
}

} // namespace

Pos EscapeAnalysis::shownPos(const Func *f, Pos pos, std::uint32_t site) {
  for (; f && site != 0 && site < f->inline_sites.size(); site = f->inline_sites[site].parent)
    pos = f->inline_sites[site].call_pos;
  return pos;
}

void EscapeAnalysis::note(Pos pos, std::string text) {
  if (diagnostics_ && package_.options.explain > 0 && pos.known())
    diagnostics_->note(pos, std::move(text));
}

void EscapeAnalysis::explainSize(const Location &l, Pos pos, const std::string &what) {
  if (!l.escapes || package_.options.explain < 2 || !tooLarge(*l.node))
    return;
  note(pos, what + " escapes to heap in " + std::string(l.func->short_name) + ":");
  note(pos, "  flow: {heap} ← &{storage for " + what + "}:");
  note(pos, "    from " + what + " (too large for stack) at " + package_.sources.str(pos));
}

void EscapeAnalysis::explain(const Location &l, bool zero_copy) {
  const Node &n = *l.node;
  if (n.op == Op::Closure && n.aux_func->wrapper && !n.aux_func->wrapped) // an adapter
    return;
  Pos pos = shownPos(l.func, n.pos, n.inline_site);
  std::string what = n.op == Op::Append || n.op == Op::AppendSlice ? "append" : sourceText(n, &package_.pkg);
  explainSize(l, pos, what);
  note(pos, what + (l.escapes ? " escapes to heap" : " does not escape"));
  if (zero_copy)
    note(pos, "zero-copy string->[]byte conversion");
}

void EscapeAnalysis::tell(const Local &p, const ParamLeak &leak, const Func &f) {
  bool any = false;
  if (leak.heap == 0 && !p.on_heap) {
    note(p.pos, "leaking param: " + std::string(p.name));
    any = true;
  } else if (leak.heap != ParamLeak::kNone && leak.heap > 0) {
    note(p.pos, "leaking param content: " + std::string(p.name));
    any = true;
  }
  for (std::size_t i = 0; i < leak.results.size(); i++)
    if (leak.results[i] != ParamLeak::kNone && leak.heap != 0) {
      note(p.pos, "leaking param: " + std::string(p.name) + " to result " + std::string(f.results[i]->name) +
                      " level=" + std::to_string(leak.results[i]));
      any = true;
    }
  const bool mutations = package_.options.explain_mutations;
  auto use = [&](const char *verb, std::uint8_t derefs) {
    if (!mutations || derefs == ParamLeak::kNone || derefs >= leak.heap)
      return;
    note(p.pos, verb + (" param: " + std::string(p.name)) + " derefs=" + std::to_string(derefs));
    any = true;
  };
  use("mutates", leak.mutates);
  use("calls", leak.calls);
  if (!any && !p.on_heap)
    note(p.pos, std::string(p.name) + (mutations ? " does not escape, mutate, or call" : " does not escape"));
}

void EscapeAnalysis::summarize(Func &f) {
  f.leaks.clear();
  for (Local *p : f.params) {
    Location *l = by_local_[p];
    ParamLeak leak = l->leak;
    const std::string_view escaping = f.pragma & kUintptrEscapes ? escapingInteger(*p, f) : std::string_view();
    if (!escaping.empty())
      note(p->pos, "marking " + std::string(p->name) + " as escaping " + std::string(escaping));
    if (!hasPointers(p->type))
      leak = {ParamLeak::kNone, ParamLeak::kNone, ParamLeak::kNone, {}};
    else if (escaping.empty() && p->name != "_" && !p->name.empty() && !f.wrapper && !f.dup_ok)
      tell(*p, leak, f);
    f.leaks.push_back(std::move(leak));
  }
  f.escape_done = true;
}

void explainDeclarations(const Package &package, Diagnostics &diagnostics) {
  if (package.options.explain == 0)
    return;
  for (const std::unique_ptr<Func> &f : package.all_funcs) {
    if (!f->object || f->object->pkg != &package.pkg || !f->object->decl || f->object->decl->body || f->detached)
      continue;
    std::size_t number = 0;
    for (types::Var *p : types::vars(f->object->signature()->params)) {
      const bool named = !p->name.empty() && p->name != "_";
      const std::string name = named ? std::string(p->name) : "~p" + std::to_string(number);
      ++number;
      if (!p->pos.known())
        continue;
      if (isUintptr(p->type))
        diagnostics.note(p->pos, "assuming " + name + " is unsafe uintptr");
      else if (named && hasPointers(p->type))
        diagnostics.note(p->pos, f->pragma & kNoescape ? name + " does not escape" : "leaking param: " + name);
    }
  }
}

} // namespace gannet::ir
