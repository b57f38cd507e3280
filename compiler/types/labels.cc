// Labels of a function body as objects, and what branches name them. Used where the parser did not check branches
// (ParseOptions::check_branches, whose messages are those of the command); here they are the type checker's.
// Source: Go specification, "Labeled statements", "Break statements", "Continue statements", "Goto statements".
#include <algorithm>

#include "compiler/types/check.h"

namespace gannet::types {

using namespace syntax;

struct LabelChecker {
  // Statements of one block, with the labels that they carry.
  struct Block {
    const Block *outer;
    const LabeledStmt *owner; // the label of the statement whose body this is
    std::vector<const LabeledStmt *> labels;
  };
  using Jumps = std::vector<const BranchStmt *>;

  explicit LabelChecker(Checker &checker) : c(checker) {}

  void run(const BlockStmt *body) {
    for (const BranchStmt *jump : block(nullptr, nullptr, body->list)) {
      std::string_view name = jump->label->value;
      if (LabelObj *l = find(name)) {
        l->used = true;
        c.error(jump->label, "goto ", name, " jumps into block");
      } else {
        c.error(jump->label, "label ", name, " not declared");
      }
    }
    for (LabelObj *l : all)
      if (!l->used)
        c.error(l->pos, "label ", l->name, " declared and not used");
  }

private:
  // A variable declaration, and the jumps before it that may not end behind it.
  struct Declared {
    Pos pos;
    Jumps earlier;
  };

  LabelObj *find(std::string_view name) {
    auto found = index.find(name);
    return found == index.end() ? nullptr : found->second;
  }

  static const LabeledStmt *gotoTarget(const Block *b, std::string_view name) {
    for (; b; b = b->outer)
      for (const LabeledStmt *l : b->labels)
        if (l->label->value == name)
          return l;
    return nullptr;
  }

  static const LabeledStmt *enclosing(const Block *b, std::string_view name) {
    for (; b; b = b->outer)
      if (b->owner && b->owner->label->value == name)
        return b->owner;
    return nullptr;
  }

  Jumps block(const Block *outer, const LabeledStmt *owner, StmtList list) {
    Block b{outer, owner, {}};
    Declared declared;
    Jumps jumps;
    for (const Stmt *s : list)
      statement(b, nullptr, s, declared, jumps);
    return jumps;
  }

  void inner(const Block &b, const LabeledStmt *owner, StmtList list, Jumps &jumps) {
    Jumps from = block(&b, owner, list);
    jumps.insert(jumps.end(), from.begin(), from.end());
  }

  void label(Block &b, const LabeledStmt *s, const Declared &declared, Jumps &jumps) {
    std::string_view name = s->label->value;
    LabelObj *obj = find(name);
    if (obj) {
      ErrorText e;
      e.add(s->label->pos, c.text("label ", name, " already declared"));
      e.add(obj->pos, c.text("other declaration of ", name));
      c.report(e);
    } else {
      obj = c.context().makeObject<LabelObj>(s->label->pos, c.package(), name);
      index.emplace(name, obj);
      all.push_back(obj);
      b.labels.push_back(s);
      c.recordDef(s->label, obj);
    }
    std::erase_if(jumps, [&](const BranchStmt *jump) {
      if (jump->label->value != name)
        return false;
      obj->used = true;
      c.recordUse(jump->label, obj);
      if (std::find(declared.earlier.begin(), declared.earlier.end(), jump) != declared.earlier.end())
        c.error(jump->label, "goto ", name, " jumps over variable declaration at line ", int(declared.pos.line));
      return true;
    });
  }

  void branch(const Block &b, const BranchStmt *s, Jumps &jumps) {
    if (!s->label)
      return; // checked with the statement
    std::string_view name = s->label->value;
    if (s->token == Token::Goto) {
      if (!gotoTarget(&b, name)) {
        jumps.push_back(s);
        return;
      }
    } else {
      const LabeledStmt *target = enclosing(&b, name);
      bool is_break = s->token == Token::Break;
      bool fits = target && (target->stmt->is<ForStmt>() ||
                             (is_break && (target->stmt->is<SwitchStmt>() || target->stmt->is<SelectStmt>())));
      if (!fits)
        return c.error(s->label, "invalid ", is_break ? "break" : "continue", " label ", name);
    }
    LabelObj *obj = find(name);
    obj->used = true;
    c.recordUse(s->label, obj);
  }

  void statement(Block &b, const LabeledStmt *owner, const Stmt *s, Declared &declared, Jumps &jumps) {
    while (const LabeledStmt *l = s->as<LabeledStmt>()) {
      if (!l->label->isBlank()) {
        label(b, l, declared, jumps);
        owner = l;
      }
      s = l->stmt;
    }
    switch (s->kind) {
    case NodeKind::DeclStmt:
      for (const Decl *d : s->to<DeclStmt>()->decls)
        if (d->is<VarDecl>())
          declared = {d->pos, jumps};
      break;
    case NodeKind::AssignStmt:
      if (s->to<AssignStmt>()->op == Operator::Def)
        declared = {s->pos, jumps};
      break;
    case NodeKind::BranchStmt:
      branch(b, s->to<BranchStmt>(), jumps);
      break;
    case NodeKind::BlockStmt:
      inner(b, owner, s->to<BlockStmt>()->list, jumps);
      break;
    case NodeKind::IfStmt: {
      auto *i = s->to<IfStmt>();
      inner(b, owner, i->then->list, jumps);
      if (i->otherwise)
        statement(b, owner, i->otherwise, declared, jumps);
      break;
    }
    case NodeKind::ForStmt:
      inner(b, owner, s->to<ForStmt>()->body->list, jumps);
      break;
    case NodeKind::SwitchStmt: {
      Block own{&b, owner, {}};
      for (const CaseClause *clause : s->to<SwitchStmt>()->body)
        inner(own, nullptr, clause->body, jumps);
      break;
    }
    case NodeKind::SelectStmt: {
      Block own{&b, owner, {}};
      for (const CommClause *clause : s->to<SelectStmt>()->body)
        inner(own, nullptr, clause->body, jumps);
      break;
    }
    default:
      break;
    }
  }

  Checker &c;
  std::unordered_map<std::string_view, LabelObj *> index;
  std::vector<LabelObj *> all;
};

void Checker::labels(BlockStmt *body) { LabelChecker(*this).run(body); }

} // namespace gannet::types
