// The parser of parse.h: lines of tokens, two passes over each function (ids first, so that uses may come before
// definitions).
#include "compiler/ssa/parse.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>

namespace gannet::ssa {
namespace {

// No id in a text is larger, so that a short text cannot ask for much memory.
constexpr std::uint32_t kMaxId = 1u << 20;

enum class TokenKind : std::uint8_t { Word, Number, String, Punct };

struct Token {
  TokenKind kind = TokenKind::Punct;
  std::string text; // of a string: unescaped; of "->" and "<-": both characters
};

bool isWordChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool isDigit(char c) { return c >= '0' && c <= '9'; }

int hexDigit(char c) {
  if (isDigit(c))
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool lexString(std::string_view line, std::size_t &at, std::string &out) {
  for (++at; at < line.size(); ++at) {
    if (line[at] == '"') {
      ++at;
      return true;
    }
    if (line[at] != '\\') {
      out += line[at];
      continue;
    }
    if (at + 3 >= line.size() || line[at + 1] != 'x' || hexDigit(line[at + 2]) < 0 || hexDigit(line[at + 3]) < 0)
      return false;
    out += static_cast<char>(hexDigit(line[at + 2]) * 16 + hexDigit(line[at + 3]));
    at += 3;
  }
  return false;
}

bool lexLine(std::string_view line, std::vector<Token> &out) {
  std::size_t at = 0;
  while (at < line.size()) {
    char c = line[at];
    if (c == ' ' || c == '\t' || c == '\r') {
      ++at;
    } else if (line.substr(at, 2) == "//") {
      return true;
    } else if (c == '"') {
      Token t{TokenKind::String, {}};
      if (!lexString(line, at, t.text))
        return false;
      out.push_back(std::move(t));
    } else if (isDigit(c) || (c == '-' && at + 1 < line.size() && isDigit(line[at + 1]))) {
      std::size_t start = at++;
      while (at < line.size() && isDigit(line[at]))
        ++at;
      out.push_back({TokenKind::Number, std::string(line.substr(start, at - start))});
    } else if (isWordChar(c)) {
      std::size_t start = at;
      while (at < line.size() && isWordChar(line[at]))
        ++at;
      out.push_back({TokenKind::Word, std::string(line.substr(start, at - start))});
    } else if (line.substr(at, 2) == "->" || line.substr(at, 2) == "<-") {
      out.push_back({TokenKind::Punct, std::string(line.substr(at, 2))});
      at += 2;
    } else {
      out.push_back({TokenKind::Punct, std::string(1, c)});
      ++at;
    }
  }
  return true;
}

struct Line {
  int number;
  std::vector<Token> tokens;
};

class Parser {
public:
  explicit Parser(std::string_view text) : text_(text) {}

  ErrorOr<std::vector<std::unique_ptr<Func>>> run() {
    std::vector<std::unique_ptr<Func>> out;
    if (!lexAll())
      return Error{message_};
    while (line_ < lines_.size()) {
      auto f = parseFunc();
      if (!f)
        return Error{message_};
      out.push_back(std::move(f));
    }
    return out;
  }

private:
  // ---- tokens of the current line

  bool lexAll() {
    int number = 0;
    std::size_t at = 0;
    while (at <= text_.size()) {
      std::size_t end = text_.find('\n', at);
      if (end == std::string_view::npos)
        end = text_.size();
      ++number;
      Line line{number, {}};
      if (!lexLine(text_.substr(at, end - at), line.tokens)) {
        message_ = "line " + std::to_string(number) + ": bad string";
        return false;
      }
      if (!line.tokens.empty())
        lines_.push_back(std::move(line));
      at = end + 1;
    }
    return true;
  }

  bool fail(std::string what) {
    if (message_.empty()) {
      int number = line_ < lines_.size() ? lines_[line_].number : lines_.empty() ? 1 : lines_.back().number;
      message_ = "line " + std::to_string(number) + ": " + std::move(what);
    }
    return false;
  }

  const Token *peek(std::size_t ahead = 0) const {
    if (line_ >= lines_.size() || at_ + ahead >= lines_[line_].tokens.size())
      return nullptr;
    return &lines_[line_].tokens[at_ + ahead];
  }
  bool peekIs(std::string_view text, std::size_t ahead = 0) const {
    const Token *t = peek(ahead);
    return t != nullptr && t->kind != TokenKind::String && t->text == text;
  }
  bool accept(std::string_view text) {
    if (!peekIs(text))
      return false;
    ++at_;
    return true;
  }
  bool expect(std::string_view text) { return accept(text) || fail("expected " + std::string(text)); }
  bool endLine() {
    if (peek() != nullptr)
      return fail("unexpected " + peek()->text);
    ++line_;
    at_ = 0;
    return true;
  }

  bool word(std::string &out) {
    if (peek() == nullptr || peek()->kind != TokenKind::Word)
      return fail("expected a word");
    out = lines_[line_].tokens[at_++].text;
    return true;
  }
  bool string(std::string &out) {
    if (peek() == nullptr || peek()->kind != TokenKind::String)
      return fail("expected a string");
    out = lines_[line_].tokens[at_++].text;
    return true;
  }
  template <typename T> bool number(T &out) {
    const Token *t = peek();
    if (t == nullptr || t->kind != TokenKind::Number)
      return fail("expected a number");
    auto [end, ec] = std::from_chars(t->text.data(), t->text.data() + t->text.size(), out);
    if (ec != std::errc() || end != t->text.data() + t->text.size())
      return fail("number out of range: " + t->text);
    ++at_;
    return true;
  }
  // "v12" and the like.
  bool isId(char prefix, std::size_t ahead = 0) const {
    const Token *t = peek(ahead);
    return t != nullptr && t->kind == TokenKind::Word && t->text.size() > 1 && t->text[0] == prefix &&
           t->text.find_first_not_of("0123456789", 1) == std::string::npos;
  }
  template <typename I> bool id(char prefix, I &out) {
    if (!isId(prefix))
      return fail(std::string("expected an id ") + prefix + "N");
    const std::string &text = peek()->text;
    std::uint32_t raw = 0;
    auto [end, ec] = std::from_chars(text.data() + 1, text.data() + text.size(), raw);
    (void)end;
    if (ec != std::errc() || raw > kMaxId)
      return fail("id out of range: " + text);
    out = I(raw);
    ++at_;
    return true;
  }
  template <typename I> bool idBelow(char prefix, I &out, std::uint32_t count) {
    if (!id(prefix, out))
      return false;
    return out.raw < count || fail(std::string("no such id: ") + prefix + std::to_string(out.raw));
  }

  // ---- signatures

  bool slot(AbiType &type) {
    if (accept("{")) {
      while (!peekIs(":")) {
        AbiComponent c;
        if (!typeWord(c.type) || !isScalar(c.type) || !expect("+") || !number(c.offset_bytes))
          return fail("bad component");
        type.components.push_back(c);
        if (!accept(","))
          break;
      }
      if (!expect(":") || !number(type.size_bytes) || !expect("/") || !alignment(type.align_bytes) || !expect("}"))
        return false;
      type.in_memory = type.components.empty();
    } else {
      Type t;
      if (!typeWord(t))
        return false;
      if (!isScalar(t))
        return fail("not a parameter's type");
      type.components.push_back({t, 0});
      type.size_bytes = type.align_bytes = sizeBytes(t);
    }
    return !isId('t') || idBelow('t', type.layout, kMaxId);
  }

  bool alignment(std::int64_t &out) {
    if (!number(out))
      return false;
    return (out > 0 && out <= 4096 && (out & (out - 1)) == 0) || fail("bad alignment");
  }

  bool slots(std::vector<AbiType> &out) {
    if (!expect("("))
      return false;
    while (!peekIs(")")) {
      AbiType type;
      if (!slot(type))
        return false;
      if (type.size_bytes < 0 || type.size_bytes > (std::int64_t(1) << 40))
        return fail("bad size");
      out.push_back(std::move(type));
      if (!accept(","))
        break;
    }
    return expect(")");
  }

  bool signature(AbiSignature &out) {
    Abi abi = Abi::Internal;
    if (accept("abi0"))
      abi = Abi::Abi0;
    else if (!expect("internal"))
      return false;
    std::vector<AbiType> params, results;
    if (!slots(params) || !expect("->") || !slots(results))
      return false;
    out = assignAbi(abi, params, results);
    return true;
  }

  bool typeWord(Type &out) {
    std::string text;
    if (!word(text))
      return false;
    auto type = typeNamed(text);
    if (!type)
      return fail("no type " + text);
    out = *type;
    return true;
  }

  bool position(SrcPos &out) {
    if (!accept("@"))
      return true;
    std::uint32_t file = 0, line = 0, col = 0, site = 0;
    if (!number(file) || !expect(":") || !number(line) || !expect(":") || !number(col))
      return false;
    if (file > 0xffff || col > 0xffff)
      return fail("position out of range");
    out.pos = {static_cast<std::uint16_t>(file), static_cast<std::uint16_t>(col), line};
    if (accept("/")) {
      if (!number(site))
        return false;
      out.site = InlineSiteId(site);
    }
    return true;
  }

  // ---- tables

  bool layoutLine(Func &f) {
    LayoutId id_;
    Layout layout;
    if (!id('t', id_) || !expect("=") || !number(layout.size_bytes) || !expect("/") || !alignment(layout.align_bytes))
      return false;
    if (id_.raw != f.layoutCount())
      return fail("layouts are numbered in order");
    if (accept("ptrs") && !number(layout.ptr_bytes))
      return false;
    if (accept("mask"))
      while (peek() != nullptr && peek()->kind == TokenKind::Number) {
        std::uint64_t bits = 0;
        if (!number(bits))
          return false;
        layout.ptr_mask.push_back(bits);
      }
    if (peek() != nullptr) {
      std::string name;
      if (!string(name))
        return false;
      layout.type_sym = f.symbol(name);
    }
    f.addLayout(std::move(layout));
    return endLine();
  }

  bool localLine(Func &f) {
    LocalId id_;
    Local local;
    std::string kind, name;
    if (!id('l', id_) || !expect("=") || !word(kind) || !string(name) || !idBelow('t', local.layout, f.layoutCount()))
      return false;
    if (id_.raw != f.localCount())
      return fail("locals are numbered in order");
    const auto *found = std::find(std::begin(kLocalKinds), std::end(kLocalKinds), kind);
    if (found == std::end(kLocalKinds))
      return fail("no kind of local " + kind);
    local.kind = static_cast<LocalKind>(found - std::begin(kLocalKinds));
    if (accept("[") && (!number(local.frame_offset) || !expect("]")))
      return false;
    local.address_taken = accept("addrtaken");
    local.name = name;
    f.addLocal(local);
    return endLine();
  }

  bool callLine(Func &f) {
    CallId id_;
    CallInfo call;
    if (!id('c', id_) || !expect("="))
      return false;
    if (id_.raw != f.callCount())
      return fail("calls are numbered in order");
    if (peek() != nullptr && peek()->kind == TokenKind::String) {
      std::string name;
      if (!string(name))
        return false;
      call.callee = f.symbol(name);
    }
    if (!signature(call.sig))
      return false;
    call.is_defer_return = accept("deferreturn");
    call.no_return = accept("noreturn");
    f.addCall(std::move(call));
    return endLine();
  }

  bool siteLine(Func &f) {
    std::uint32_t index = 0, func_id = 0;
    std::string name;
    InlineSite site{};
    if (!number(index) || !expect("=") || !string(name) || !expect("[") || !number(site.start_line) || !expect("]") ||
        !expect("^") || !number(func_id) || !position(site.call))
      return false;
    if (index != f.inlineSiteCount())
      return fail("sites are numbered in order");
    site.function = f.symbol(name);
    site.func_id = static_cast<std::uint8_t>(func_id);
    f.addInlineSite(site);
    return endLine();
  }

  bool flagWords(FuncFlags &flags) {
    const std::pair<bool *, const char *> words[] = {
        {&flags.nosplit, "nosplit"},     {&flags.needs_ctxt, "needctxt"},
        {&flags.wrapper, "wrapper"},     {&flags.abi_wrapper, "abiwrapper"},
        {&flags.has_defer, "hasdefer"},  {&flags.reflect_method, "reflectmethod"},
        {&flags.no_write_barriers, "nowb"}, {&flags.dup_ok, "dupok"},
        {&flags.top_frame, "topframe"},  {&flags.systemstack, "systemstack"},
        {&flags.map_init, "mapinit"},
    };
    for (bool found = true; found;) {
      found = false;
      for (const auto &[flag, text] : words)
        if (accept(text))
          *flag = found = true;
    }
    return true;
  }

  // ---- functions

  std::unique_ptr<Func> parseFunc() {
    std::string name;
    if (!expect("func") || !string(name))
      return nullptr;
    auto f = std::make_unique<Func>(name);
    if (!signature(f->sig) || !flagWords(f->flags) || !expect("{") || !endLine() || !parseTables(*f) || !reserve(*f) ||
        !parseBlocks(*f) || !linkEdges(*f))
      return nullptr;
    return f;
  }

  bool parseTables(Func &f) {
    for (;;) {
      if (accept("layout")) {
        if (!layoutLine(f))
          return false;
      } else if (accept("local")) {
        if (!localLine(f))
          return false;
      } else if (accept("call")) {
        if (!callLine(f))
          return false;
      } else if (accept("site")) {
        if (!siteLine(f))
          return false;
      } else {
        return true;
      }
    }
  }

  // Reads the ids that the lines up to the closing brace define, and makes room for them.
  bool reserve(Func &f) {
    std::size_t start = line_;
    std::uint32_t values = 0, blocks = 0;
    std::vector<BlockId> order;
    defined_.assign(0, false);
    for (; line_ < lines_.size() && !peekIs("}"); ++line_, at_ = 0) {
      if (isId('v') && peekIs(":", 1)) {
        ValueId v;
        if (!id('v', v))
          return false;
        values = std::max(values, v.raw + 1);
        if (defined_.size() < values)
          defined_.resize(values, false);
        if (defined_[v.raw])
          return fail("defined twice: v" + std::to_string(v.raw));
        defined_[v.raw] = true;
      } else if (isId('b') && peekIs(":", 1)) {
        BlockId b;
        if (!id('b', b))
          return false;
        blocks = std::max(blocks, b.raw + 1);
        order.push_back(b);
      }
    }
    if (line_ >= lines_.size())
      return fail("no closing brace");
    if (order.empty())
      return fail("no blocks");
    line_ = start;
    at_ = 0;
    f.reserveValues(values);
    f.reserveBlocks(blocks);
    for (BlockId b : order) {
      if (!f[b].removed)
        return fail("defined twice: b" + std::to_string(b.raw));
      f[b].removed = false;
    }
    f.setBlockOrder(std::move(order));
    return true;
  }

  bool blockId(Func &f, BlockId &out) {
    if (!idBelow('b', out, f.blockCount()))
      return false;
    return !f[out].removed || fail("no such block: b" + std::to_string(out.raw));
  }

  struct PredRef {
    BlockId block;
    std::int64_t succ_index; // -1: the next edge from there that has no place yet
    int line;
  };
  struct BlockText {
    std::vector<BlockId> succs;
    std::vector<PredRef> preds;
    bool lists_preds = false;
  };

  bool parseBlocks(Func &f) {
    texts_.assign(f.blockCount(), {});
    while (!peekIs("}")) {
      BlockId b;
      if (!blockId(f, b) || !expect(":"))
        return false;
      if (accept("<-")) {
        texts_[b.raw].lists_preds = true;
        do {
          PredRef ref{{}, -1, lines_[line_].number};
          if (!blockId(f, ref.block) || (accept(".") && !number(ref.succ_index)))
            return false;
          texts_[b.raw].preds.push_back(ref);
        } while (accept(","));
      }
      std::uint32_t no_preempt = 0;
      if (accept("!") && (!number(no_preempt) || no_preempt > 7))
        return fail("bad preemption bits");
      f[b].no_preempt = static_cast<std::uint8_t>(no_preempt);
      if (!endLine())
        return false;
      while (isId('v') && peekIs(":", 1))
        if (!valueLine(f, b))
          return false;
      if (!terminatorLine(f, b))
        return false;
    }
    ++at_;
    return endLine();
  }

  bool operandList(const Func &f, std::vector<ValueId> &out) {
    if (!isId('v'))
      return true;
    do {
      ValueId v;
      if (!idBelow('v', v, f.valueCount()))
        return false;
      if (!defined_[v.raw])
        return fail("not defined: v" + std::to_string(v.raw));
      out.push_back(v);
    } while (accept(","));
    return true;
  }

  bool valueLine(Func &f, BlockId b) {
    ValueId v;
    Type type;
    std::string op_word;
    if (!id('v', v) || !expect(":") || !typeWord(type) || !expect("=") || !word(op_word))
      return false;
    auto op = opNamed(op_word);
    if (!op || *op == Op::Invalid)
      return fail("no operation " + op_word);
    std::vector<ValueId> args;
    Aux aux;
    if (!operandList(f, args))
      return false;
    if (accept("[") && (!number(aux.aux_int) || !expect("]")))
      return false;
    if (peek() != nullptr && peek()->kind == TokenKind::String) {
      std::string name;
      if (!string(name))
        return false;
      aux.sym = f.symbol(name);
    }
    if (!tableId(f, *op, aux))
      return false;
    std::uint32_t scale = 0, cond = 0, extra = 0, flags = 0;
    if ((accept("*") && !number(scale)) || (accept("%") && !number(cond)) || (accept("^") && !number(extra)) ||
        (accept("!") && !number(flags)))
      return false;
    if (scale > 255 || cond > 255 || extra > 65535 || flags > 255)
      return fail("number out of range");
    SrcPos pos;
    if (!position(pos))
      return false;
    f.define(v, b, *op, type, args, pos, aux);
    Value &value = f[v];
    value.scale = static_cast<std::uint8_t>(scale);
    value.cond = static_cast<std::uint8_t>(cond);
    value.extra = static_cast<std::uint16_t>(extra);
    value.flags = static_cast<std::uint8_t>(flags);
    return endLine();
  }

  bool tableId(const Func &f, Op op, Aux &aux) {
    switch (opInfo(op).aux) {
    case AuxKind::Layout: {
      LayoutId l;
      if (!idBelow('t', l, f.layoutCount()))
        return false;
      aux.aux_id = l.raw;
      return true;
    }
    case AuxKind::Call: {
      CallId c;
      if (!idBelow('c', c, f.callCount()))
        return false;
      aux.aux_id = c.raw;
      return true;
    }
    case AuxKind::Local: {
      LocalId l;
      if (!idBelow('l', l, f.localCount()))
        return false;
      aux.aux_id = l.raw;
      return true;
    }
    case AuxKind::None:
    case AuxKind::Int:
    case AuxKind::Float:
    case AuxKind::Sym:
      break;
    }
    if (isId('x')) {
      ValueId raw;
      if (!id('x', raw))
        return false;
      aux.aux_id = raw.raw;
    }
    return true;
  }

  bool terminatorLine(Func &f, BlockId b) {
    static constexpr std::pair<std::string_view, BlockKind> kWords[] = {{"if", BlockKind::If},
                                                                        {"switch", BlockKind::JumpTable},
                                                                        {"ret", BlockKind::Ret},
                                                                        {"exit", BlockKind::Exit},
                                                                        {"condjump", BlockKind::CondJump}};
    Block &block = f[b];
    if (!peekIs("->")) {
      bool found = false;
      for (const auto &[text, kind] : kWords)
        if (!found && accept(text)) {
          block.kind = kind;
          found = true;
        }
      if (!found)
        return fail("expected a value or the end of a block");
    }
    std::vector<ValueId> controls;
    if (!operandList(f, controls))
      return false;
    f.setControls(b, controls);
    std::uint32_t cond = 0;
    if (accept("%") && (!number(cond) || cond > 255))
      return fail("bad condition");
    block.cond = static_cast<std::uint8_t>(cond);
    if (accept("likely"))
      block.likely = 1;
    else if (accept("unlikely"))
      block.likely = -1;
    if (accept("->"))
      do {
        BlockId to;
        if (!blockId(f, to))
          return false;
        texts_[b.raw].succs.push_back(to);
      } while (accept(","));
    return position(block.pos) && endLine();
  }

  bool failAt(int number, std::string what) {
    if (message_.empty())
      message_ = "line " + std::to_string(number) + ": " + std::move(what);
    return false;
  }

  // Pairs each block's listed predecessors with the successor edges that the terminators name.
  bool linkEdges(Func &f) {
    std::vector<std::vector<bool>> placed(f.blockCount());
    for (BlockId b : f.blocks())
      placed[b.raw].assign(texts_[b.raw].succs.size(), false);
    int end_line = lines_[line_ == 0 ? 0 : line_ - 1].number;
    for (BlockId b : f.blocks()) {
      std::uint32_t pred_index = 0;
      for (const PredRef &ref : texts_[b.raw].preds) {
        const std::vector<BlockId> &succs = texts_[ref.block.raw].succs;
        std::size_t i = 0;
        if (ref.succ_index >= 0)
          i = static_cast<std::size_t>(ref.succ_index);
        else
          while (i < succs.size() && (succs[i] != b || placed[ref.block.raw][i]))
            ++i;
        if (i >= succs.size() || succs[i] != b || placed[ref.block.raw][i])
          return failAt(ref.line, "no edge from b" + std::to_string(ref.block.raw));
        placed[ref.block.raw][i] = true;
        f.setEdge(ref.block, static_cast<std::uint32_t>(i), b, pred_index++);
      }
    }
    for (BlockId b : f.blocks()) {
      const std::vector<BlockId> &succs = texts_[b.raw].succs;
      for (std::size_t i = 0; i < succs.size(); ++i) {
        if (placed[b.raw][i])
          continue;
        if (texts_[succs[i].raw].lists_preds)
          return failAt(end_line, "b" + std::to_string(succs[i].raw) + " does not list b" + std::to_string(b.raw));
        f.setEdge(b, static_cast<std::uint32_t>(i), succs[i], static_cast<std::uint32_t>(f[succs[i]].preds.size()));
      }
    }
    return true;
  }

  std::string_view text_;
  std::vector<Line> lines_;
  std::size_t line_ = 0;
  std::size_t at_ = 0;
  std::string message_;
  std::vector<bool> defined_;
  std::vector<BlockText> texts_;
};

} // namespace

ErrorOr<std::vector<std::unique_ptr<Func>>> parse(std::string_view text) { return Parser(text).run(); }

} // namespace gannet::ssa
