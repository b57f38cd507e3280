// One walk over the statements, block by block. Gotos whose label has not been seen are handed outwards, block after block,
// until the label turns up; what is left at the end has no label that it may reach.
// Source: Go spec, "Labeled statements", "Break statements", "Continue statements", "Goto statements", "Fallthrough statements".
#include "compiler/syntax/check_branches.h"

#include "compiler/syntax/printer.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gannet::syntax {
namespace {

struct Block {
  const Block *outer;
  Pos start;
  const LabeledStmt *label; // of the statement whose body this is
};

struct Label {
  const LabeledStmt *stmt;
  Pos block_start;
  const Block *block; // valid while the block is being walked
  bool used = false;
};

// What surrounds a statement.
struct Targets {
  const Stmt *breaks = nullptr;       // innermost for, switch or select
  const ForStmt *continues = nullptr; // innermost for
  std::ptrdiff_t clause = -1;         // index of the switch clause that directly contains the statement, or -1
};

// A variable declaration in a block, and the gotos before it that may not jump behind it.
struct Declared {
  Pos pos;
  std::string name;
  std::vector<const BranchStmt *> earlier_gotos;
};

class BranchChecker {
public:
  BranchChecker(const SourceSet &sources, Diagnostics &diagnostics) : sources_(sources), diagnostics_(diagnostics) {}

  void check(const BlockStmt *body) {
    std::vector<const BranchStmt *> unresolved;
    block(nullptr, {}, nullptr, body->pos, body->list, unresolved);
    for (const BranchStmt *jump : unresolved) {
      std::string name(jump->label->value);
      if (Label *l = find(jump->label->value)) {
        l->used = true;
        error(jump->label->pos, "goto " + name + " jumps into block starting at " + sources_.str(l->block_start));
      } else {
        error(jump->label->pos, "label " + name + " not defined");
      }
    }
    for (const Label &l : labels_)
      if (!l.used)
        error(l.stmt->label->pos, "label " + std::string(l.stmt->label->value) + " defined and not used");
  }

private:
  using Gotos = std::vector<const BranchStmt *>;

  void error(Pos pos, std::string message) { diagnostics_.error(pos, std::move(message)); }

  Label *find(std::string_view name) {
    auto found = index_.find(name);
    return found == index_.end() ? nullptr : &labels_[found->second];
  }

  Label *declare(const Block &b, const LabeledStmt *s) {
    std::string_view name = s->label->value;
    if (Label *old = find(name)) {
      error(s->label->pos,
            "label " + std::string(name) + " already defined at " + sources_.str(old->stmt->label->pos));
      return old;
    }
    index_.emplace(name, labels_.size());
    labels_.push_back({s, b.start, &b});
    return &labels_.back();
  }

  // The statement of the label, if a statement around block b has it. `defined`: the label exists at all.
  const LabeledStmt *enclosing(const Block *b, std::string_view name, bool &defined) {
    Label *l = find(name);
    defined = l != nullptr;
    if (!l)
      return nullptr;
    l->used = true;
    for (; b; b = b->outer)
      if (b->label == l->stmt)
        return l->stmt;
    return nullptr;
  }

  bool gotoResolves(const Block *b, std::string_view name) {
    Label *l = find(name);
    if (!l)
      return false;
    l->used = true;
    for (; b; b = b->outer)
      if (l->block == b)
        return true;
    return false;
  }

  void block(const Block *outer, Targets around, const LabeledStmt *label, Pos start, StmtList list, Gotos &unresolved) {
    Block b{outer, start, label};
    Declared declared;
    Gotos gotos;
    // Empty statements at the end do not count for fallthrough.
    while (!list.empty() && list.back()->is<EmptyStmt>())
      list = list.first(list.size() - 1);
    for (std::size_t i = 0; i < list.size(); i++) {
      const Stmt *s = list[i];
      const LabeledStmt *own_label = nullptr;
      while (const LabeledStmt *l = s->as<LabeledStmt>()) {
        own_label = l->label->isBlank() ? nullptr : l;
        if (own_label)
          resolve(declare(b, l), declared, gotos);
        s = l->stmt;
      }
      statement(b, around, own_label, s, i + 1 == list.size(), declared, gotos);
    }
    for (Label &l : labels_)
      if (l.block == &b)
        l.block = nullptr;
    unresolved.insert(unresolved.end(), gotos.begin(), gotos.end());
  }

  // Takes the gotos to `label` out of `gotos`.
  void resolve(Label *label, const Declared &declared, Gotos &gotos) {
    std::string_view name = label->stmt->label->value;
    std::erase_if(gotos, [&](const BranchStmt *jump) {
      if (jump->label->value != name)
        return false;
      label->used = true;
      const auto &bad = declared.earlier_gotos;
      if (std::find(bad.begin(), bad.end(), jump) != bad.end())
        error(jump->label->pos, "goto " + std::string(name) + " jumps over declaration of " + declared.name + " at " +
                                    sources_.str(declared.pos));
      return true;
    });
  }

  void declareVar(Pos pos, std::string name, Declared &declared, const Gotos &gotos) {
    declared = {pos, std::move(name), gotos};
  }

  void statement(const Block &b, const Targets &around, const LabeledStmt *label, const Stmt *s, bool last,
                 Declared &declared, Gotos &gotos) {
    auto inner = [&](Targets t, Pos start, StmtList list) { block(&b, t, label, start, list, gotos); };
    Targets nested{around.breaks, around.continues, -1};
    switch (s->kind) {
    case NodeKind::DeclStmt:
      for (const Decl *d : s->to<DeclStmt>()->decls)
        if (const VarDecl *v = d->as<VarDecl>()) {
          declareVar(v->pos, std::string(v->names[0]->value), declared, gotos);
          break;
        }
      break;
    case NodeKind::AssignStmt:
      if (auto *a = s->to<AssignStmt>(); a->op == Operator::Def)
        declareVar(a->pos, toString(a->lhs), declared, gotos);
      break;
    case NodeKind::BranchStmt:
      branch(b, around, s->to<BranchStmt>(), last, gotos);
      break;
    case NodeKind::BlockStmt:
      inner(nested, s->pos, s->to<BlockStmt>()->list);
      break;
    case NodeKind::IfStmt: {
      auto *i = s->to<IfStmt>();
      inner(nested, i->then->pos, i->then->list);
      if (i->otherwise)
        inner(nested, i->otherwise->pos, StmtList(&i->otherwise, 1));
      break;
    }
    case NodeKind::ForStmt: {
      auto *f = s->to<ForStmt>();
      inner({f, f, -1}, f->body->pos, f->body->list);
      break;
    }
    case NodeKind::SwitchStmt: {
      std::ptrdiff_t clause = 0;
      for (const CaseClause *c : s->to<SwitchStmt>()->body)
        inner({s, around.continues, clause++}, c->pos, c->body);
      break;
    }
    case NodeKind::SelectStmt:
      for (const CommClause *c : s->to<SelectStmt>()->body)
        inner({s, around.continues, -1}, c->pos, c->body);
      break;
    default:
      break;
    }
  }

  void branch(const Block &b, const Targets &around, const BranchStmt *s, bool last, Gotos &gotos) {
    if (!s->label)
      return unlabeled(around, s, last);
    std::string_view name = s->label->value;
    if (s->token == Token::Goto) {
      if (!gotoResolves(&b, name))
        gotos.push_back(s);
      return;
    }
    bool is_break = s->token == Token::Break;
    std::string word = is_break ? "break" : "continue";
    bool defined;
    const LabeledStmt *target = enclosing(&b, name, defined);
    if (!defined)
      return error(s->label->pos, word + " label not defined: " + std::string(name));
    bool fits = target && (target->stmt->is<ForStmt>() ||
                           (is_break && (target->stmt->is<SwitchStmt>() || target->stmt->is<SelectStmt>())));
    if (!fits)
      error(s->label->pos, "invalid " + word + " label " + std::string(name));
  }

  void unlabeled(const Targets &around, const BranchStmt *s, bool last) {
    if (s->token == Token::Break) {
      if (!around.breaks)
        error(s->pos, "break is not in a loop, switch, or select");
    } else if (s->token == Token::Continue) {
      if (!around.continues)
        error(s->pos, "continue is not in a loop");
    } else if (s->token == Token::Fallthrough) {
      const SwitchStmt *sw = around.breaks ? around.breaks->as<SwitchStmt>() : nullptr;
      if (sw && sw->tag && sw->tag->is<TypeSwitchGuard>())
        error(s->pos, "cannot fallthrough in type switch");
      else if (!sw || around.clause < 0 || !last)
        error(s->pos, "fallthrough statement out of place");
      else if (std::size_t(around.clause) + 1 == sw->body.size())
        error(s->pos, "cannot fallthrough final case in switch");
    }
  }

  const SourceSet &sources_;
  Diagnostics &diagnostics_;
  std::vector<Label> labels_;
  std::unordered_map<std::string_view, std::size_t> index_;
};

} // namespace

void checkBranches(const BlockStmt *body, const SourceSet &sources, Diagnostics &diagnostics) {
  if (body)
    BranchChecker(sources, diagnostics).check(body);
}

} // namespace gannet::syntax
