#include "link/dwarf_unit.h"

#include "compiler/object/debug_codec.h"
#include "link/dwarf_functions.h"
#include "link/dwarf_locations.h"

#include <algorithm>

namespace gannet::link {

namespace {

// Line programs.
constexpr int kLineBase = -4, kLineRange = 10, kOpcodeBase = 13;
constexpr std::uint64_t kFirstFile = 1; // number of an object's first file in its unit

class UnitWriter {
public:
  UnitWriter(const Link &link, const DwarfTypes &types, std::string_view producer, std::uint64_t text_address, DwarfUnit &out)
      : link_(link), types_(types), producer_(producer), text_address_(text_address), out_(out) {}

  void run();

private:
  void lineHeader(const InputFile &file);
  void header(const InputFile &file);
  void lines(const Atom &a, const object::FuncView &f);
  void frame(const Atom &a, const object::FuncView &f);
  void function(const Atom &a, const object::FuncView &f);
  void variable(const Atom &a, const object::DebugVariable &v);
  void codeOf(const Atom &a, const Pieces &pieces);
  void blocks(const Atom &a, const object::FuncView &f);
  void inlinedCalls(const Atom &a, const object::FuncView &f, const InlineTree &tree, std::uint32_t block);
  void inlinedCall(const Atom &a, const object::InlinedCall &call, const Pieces &pieces, bool parent);
  void globals();
  // Functions are placed already, the text is not.
  std::uint64_t startOf(const Atom &function) const { return text_address_ + function.addr; }
  void refer(object::DebugTypeId id) { out_.references.toType(out_.info.reserve32(), id); }

  const Link &link_;
  const DwarfTypes &types_;
  std::string_view producer_;
  std::uint64_t text_address_;
  DwarfUnit &out_;
  std::vector<object::DebugVariable> variables_;
  std::vector<object::DebugScope> scopes_;
};

void UnitWriter::frame(const Atom &a, const object::FuncView &f) {
  std::size_t length = out_.frame.reserve32();
  out_.frame.number(0, 4); // the one common entry
  out_.frame.number(startOf(a), 8);
  out_.frame.number(a.size, 8);
  object::PcTableReader sp(f.pcsp);
  std::uint32_t at = 0;
  while (sp.next()) {
    std::uint32_t delta = sp.start - at;
    at = sp.start;
    if (delta == 0) {
    } else if (delta < 0x40) {
      out_.frame.u8(0x40 | delta);
    } else if (delta < 0x10000) {
      out_.frame.u8(0x03);
      out_.frame.number(delta, 2);
    } else {
      out_.frame.u8(0x04);
      out_.frame.number(delta, 4);
    }
    out_.frame.u8(0x0e); // def_cfa_offset
    out_.frame.uleb(std::uint64_t(std::int64_t(sp.value) + 8));
  }
  while (out_.frame.data.size() % 8)
    out_.frame.u8(0);
  out_.frame.patch32(length, out_.frame.data.size() - length - 4);
}

void UnitWriter::lineHeader(const InputFile &file) {
  static constexpr std::uint8_t kOperands[] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
  out_.line.u8(1); // smallest instruction
  out_.line.u8(1); // operations an instruction
  out_.line.u8(1); // entries are statements
  out_.line.u8(std::uint8_t(kLineBase));
  out_.line.u8(kLineRange);
  out_.line.u8(kOpcodeBase);
  for (std::uint8_t n : kOperands)
    out_.line.u8(n);
  // Directory 0 is the unit's, file 0 has no name: debuggers that count files from 1 rely on it.
  std::vector<std::string_view> directories{"."};
  std::vector<std::pair<std::string_view, std::size_t>> names{{"?", 0}}; // name, its directory
  for (std::string_view path : file.object->files()) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) {
      names.emplace_back(path, 0);
      continue;
    }
    const std::string_view directory = slash ? path.substr(0, slash) : "/";
    auto found = std::find(directories.begin(), directories.end(), directory);
    names.emplace_back(path.substr(slash + 1), found - directories.begin());
    if (found == directories.end())
      directories.push_back(directory);
  }
  out_.line.u8(1); // directories have a path
  out_.line.uleb(1);
  out_.line.uleb(dw::kFormString);
  out_.line.uleb(directories.size());
  for (std::string_view directory : directories)
    out_.line.text(shownFile(link_, directory));
  out_.line.u8(2); // files have a path and a directory
  out_.line.uleb(1);
  out_.line.uleb(dw::kFormString);
  out_.line.uleb(2);
  out_.line.uleb(dw::kFormUdata);
  out_.line.uleb(names.size());
  for (auto [name, directory] : names) {
    out_.line.text(name);
    out_.line.uleb(directory);
  }
}

void UnitWriter::lines(const Atom &a, const object::FuncView &f) {
  object::PcTableReader files(f.pcfile), rows(f.pcline);
  bool more = rows.next() && files.next();
  if (!more)
    return;
  out_.line.u8(0);
  out_.line.uleb(9);
  out_.line.u8(2); // set_address
  out_.line.number(startOf(a), 8);
  const std::uint32_t prologue_end = endOfPrologue(f);
  std::int64_t file = -1, row = 1; // which file is first is told in any case: debuggers differ in what they start from
  std::uint64_t pc = 0;
  bool first = true;
  auto addRow = [&](std::uint32_t start) {
    if (start != 0 && start == prologue_end)
      out_.line.u8(10); // set_prologue_end
    if (files.value >= 0 && files.value != file) {
      out_.line.u8(4); // set_file
      out_.line.uleb(std::uint64_t(files.value) + kFirstFile);
      file = files.value;
    }
    std::int64_t row_delta = rows.value - row;
    std::uint64_t pc_delta = start - pc;
    std::int64_t special = (row_delta - kLineBase) + kLineRange * std::int64_t(pc_delta) + kOpcodeBase;
    if (row_delta >= kLineBase && row_delta < kLineBase + kLineRange && special <= 255) {
      out_.line.u8(std::uint64_t(special));
    } else {
      out_.line.u8(3); // advance_line
      out_.line.sleb(row_delta);
      out_.line.u8(2); // advance_pc
      out_.line.uleb(pc_delta);
      out_.line.u8(1); // copy
    }
    row = rows.value;
    pc = start;
    first = false;
  };
  while (more) {
    const std::uint32_t start = std::max(files.start, rows.start), end = std::min(files.end, rows.end);
    addRow(start);
    if (start < prologue_end && prologue_end < end)
      addRow(prologue_end);
    if (files.end == end)
      more = files.next();
    if (more && rows.end == end)
      more = rows.next();
  }
  if (!first) {
    out_.line.u8(2);
    out_.line.uleb(a.size - pc);
  }
  out_.line.u8(0);
  out_.line.uleb(1);
  out_.line.u8(1); // end_sequence
}

void UnitWriter::function(const Atom &a, const object::FuncView &f) {
  if (!object::decodeVariables(f.variables, types_.of(a.file).types.size(), variables_, scopes_)) {
    out_.errors.push_back(link_.files[a.file].name + ": corrupt object: variables of " + std::string(a.name));
    variables_.clear(), scopes_.clear();
  }
  bool parent = !variables_.empty() || holdsInlined(f);
  out_.info.uleb(std::uint64_t(parent ? DwarfEntry::FuncParent : DwarfEntry::Func));
  out_.info.text(shownName(a.name));
  out_.info.number(startOf(a), 8);
  out_.info.number(a.size, 4);
  out_.info.uleb(1);
  out_.info.u8(dw::kOpCallFrameCfa);
  std::int32_t declared_in = object::pcValue(f.pcfile, 0);
  out_.info.uleb(declared_in < 0 ? 0 : std::uint64_t(declared_in) + kFirstFile);
  out_.info.uleb(f.start_line < 0 ? 0 : std::uint64_t(f.start_line));
  if (!parent)
    return;
  blocks(a, f);
  out_.info.u8(0);
}

void UnitWriter::variable(const Atom &a, const object::DebugVariable &v) {
  using Role = object::DebugVariable::Role;
  using Place = object::DebugVariable::Place;
  struct Entries {
    DwarfEntry away, fixed, moves;
  };
  static constexpr Entries kParam = {DwarfEntry::ParamAway, DwarfEntry::Param, DwarfEntry::ParamMoves};
  static constexpr Entries kResult = {DwarfEntry::ResultAway, DwarfEntry::ResultParam, DwarfEntry::ResultMoves};
  static constexpr Entries kAuto = {DwarfEntry::VariableAway, DwarfEntry::Variable, DwarfEntry::VariableMoves};
  const Entries &entries = v.role == Role::Param ? kParam : v.role == Role::Result ? kResult : kAuto;
  const bool moves = v.place == Place::Moves || v.place == Place::MovesIndirect;
  out_.info.uleb(std::uint64_t(v.place == Place::None ? entries.away : moves ? entries.moves : entries.fixed));
  out_.info.text(v.name);
  refer(v.type);
  out_.info.uleb(v.line < 0 ? 0 : std::uint64_t(v.line));
  if (moves) {
    out_.to_locations.push_back(out_.info.data.size());
    out_.info.number(out_.locations.data.size(), 4);
    writeLocationList(out_.locations, v, startOf(a));
  } else if (v.place != Place::None) {
    DwarfBytes where;
    where.u8(dw::kOpFbreg);
    where.sleb(v.cfa_offset);
    if (v.place == Place::Indirect)
      where.u8(dw::kOpDeref);
    out_.info.uleb(where.data.size());
    out_.info.data += where.data;
  }
}

// The function's variables and inlined calls, by the blocks that they are in. Blocks without code are left out.
void UnitWriter::blocks(const Atom &a, const object::FuncView &f) {
  const InlineTree tree(f, scopes_);
  std::vector<std::vector<std::uint32_t>> inner(scopes_.size() + 1);
  std::vector<std::vector<const object::DebugVariable *>> declared(scopes_.size() + 1);
  for (std::uint32_t s = 0; s != scopes_.size(); ++s)
    if (!scopes_[s].ranges.empty())
      inner[scopes_[s].parent].push_back(s + 1);
  for (const object::DebugVariable &v : variables_)
    declared[v.scope].push_back(&v);
  struct Step {
    std::uint32_t block;
    bool leave;
  };
  std::vector<Step> stack{{0, false}};
  while (!stack.empty()) {
    const Step step = stack.back();
    stack.pop_back();
    if (step.leave) {
      out_.info.u8(0);
      continue;
    }
    if (step.block != 0) {
      const Pieces &pieces = scopes_[step.block - 1].ranges;
      out_.info.uleb(std::uint64_t(pieces.size() == 1 ? DwarfEntry::Block : DwarfEntry::BlockRanges));
      codeOf(a, pieces);
      stack.push_back({step.block, true});
    }
    for (const object::DebugVariable *v : declared[step.block])
      variable(a, *v);
    inlinedCalls(a, f, tree, step.block);
    for (std::size_t k = inner[step.block].size(); k-- > 0;)
      stack.push_back({inner[step.block][k], false});
  }
}

// The attributes that tell which code is meant: one range's, or a list.
void UnitWriter::codeOf(const Atom &a, const Pieces &pieces) {
  if (pieces.size() == 1) {
    out_.info.number(startOf(a) + pieces[0].first, 8);
    out_.info.number(pieces[0].second - pieces[0].first, 4);
    return;
  }
  out_.to_ranges.push_back(out_.info.data.size());
  out_.info.number(out_.ranges.data.size(), 4);
  for (auto [from, to] : pieces) {
    out_.ranges.u8(0x07); // start_length
    out_.ranges.number(startOf(a) + from, 8);
    out_.ranges.uleb(to - from);
  }
  out_.ranges.u8(0); // end of list
}

// Those that the function makes in the block.
void UnitWriter::inlinedCalls(const Atom &a, const object::FuncView &f, const InlineTree &tree, std::uint32_t block) {
  // Depth first, with an explicit stack: nesting is as deep as inlining went.
  struct Step {
    std::uint32_t call;
    bool leave;
  };
  std::vector<Step> stack;
  auto push = [&](std::size_t parent) {
    const std::vector<std::uint32_t> &children = tree.children[parent];
    for (std::size_t k = children.size(); k-- > 0;)
      if (parent != 0 || tree.blocks[children[k]] == block)
        stack.push_back({children[k], false});
  };
  push(0);
  while (!stack.empty()) {
    Step step = stack.back();
    stack.pop_back();
    if (step.leave) {
      out_.info.u8(0);
      continue;
    }
    std::size_t outer = stack.size();
    stack.push_back({step.call, true});
    push(step.call + 1);
    bool parent = stack.size() > outer + 1;
    if (!parent)
      stack.pop_back();
    inlinedCall(a, f.inline_tree[step.call], tree.pieces[step.call], parent);
  }
}

void UnitWriter::inlinedCall(const Atom &a, const object::InlinedCall &call, const Pieces &pieces, bool parent) {
  bool whole = pieces.size() == 1;
  DwarfEntry entry = whole    ? (parent ? DwarfEntry::InlinedParent : DwarfEntry::Inlined)
                     : parent ? DwarfEntry::InlinedRangesParent
                              : DwarfEntry::InlinedRanges;
  out_.info.uleb(std::uint64_t(entry));
  out_.references.toInlined(out_.info.reserve32(), shownName(call.name), call.start_line);
  codeOf(a, pieces);
  out_.info.uleb(call.file + kFirstFile);
  out_.info.uleb(call.line < 0 ? 0 : std::uint64_t(call.line));
}

// The variables of a file's package that are left in the program, and its constants.
void UnitWriter::globals() {
  for (const object::DebugGlobal &g : types_.of(out_.file).globals) {
    SymId s = link_.find(g.symbol);
    if (!s.valid() || !link_[s].defined() || !link_.reachable(s))
      continue;
    out_.info.uleb(std::uint64_t(DwarfEntry::Global));
    out_.info.text(g.symbol);
    refer(g.type);
    out_.info.uleb(9);
    out_.info.u8(dw::kOpAddr);
    out_.to_variables.emplace_back(out_.info.data.size(), s);
    out_.info.number(0, 8);
  }
  for (const object::DebugConstant &c : types_.of(out_.file).constants) {
    out_.info.uleb(std::uint64_t(DwarfEntry::Constant));
    out_.info.text(c.symbol);
    refer(c.type);
    out_.info.sleb(c.value);
  }
}

void UnitWriter::run() {
  const InputFile &file = link_.files[out_.file];
  std::size_t line_length = out_.line.reserve32();
  out_.line.number(5, 2);
  out_.line.u8(8);
  out_.line.u8(0);
  std::size_t header_length = out_.line.reserve32();
  lineHeader(file);
  out_.line.closeLength(header_length);

  std::size_t info_length = out_.info.reserve32();
  header(file);
  for (AtomId id : out_.atoms) {
    const Atom &a = link_[id];
    if (!a.object || !a.object->func_at || a.size == 0)
      continue;
    object::FuncView f = file.object->func(*a.object);
    lines(a, f);
    frame(a, f);
    function(a, f);
  }
  if (out_.tells_globals)
    globals();
  out_.info.u8(0);
  out_.info.closeLength(info_length);
  out_.line.closeLength(line_length);
}

void UnitWriter::header(const InputFile &file) {
  out_.info.number(5, 2);
  out_.info.u8(dw::kUnitCompile);
  out_.info.u8(8);
  out_.info.number(0, 4); // abbreviations
  const Atom &first = link_[out_.atoms.front()], &last = link_[out_.atoms.back()];
  out_.info.uleb(std::uint64_t(DwarfEntry::Unit));
  out_.info.text(file.package.empty() ? std::string_view("asm") : file.package);
  out_.info.u8(dw::kLangGo);
  out_.to_line = out_.info.reserve32();
  out_.info.number(startOf(first), 8);
  out_.info.number(last.addr + last.size - first.addr, 4);
  out_.info.text(".");
  const object::DebugInfo &debug = types_.of(out_.file);
  out_.info.text(std::string(producer_) + (debug.optimized ? "" : " -N") + (debug.inlined ? "" : " -l"));
}

} // namespace

void DwarfReferences::toType(std::size_t at, object::DebugTypeId id) {
  if (id.raw >= by_type_.size())
    by_type_.resize(id.raw + 1);
  std::uint32_t &known = by_type_[id.raw];
  if (known == 0) {
    targets_.push_back({.type = id, .inlined = {}});
    known = std::uint32_t(targets_.size());
  }
  places_.push_back({at, known - 1});
}

void DwarfReferences::toInlined(std::size_t at, std::string_view name, std::int32_t line) {
  auto [target, fresh] = by_name_.insert(name, std::uint32_t(targets_.size()));
  if (fresh)
    targets_.push_back({.type = {}, .inlined = name, .line = line});
  places_.push_back({at, *target});
}

void writeUnit(const Link &link, const DwarfTypes &types, std::string_view producer, std::uint64_t text_address, DwarfUnit &unit) {
  UnitWriter(link, types, producer, text_address, unit).run();
}

} // namespace gannet::link
