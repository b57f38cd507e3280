#include "link/dwarf_unit.h"

#include "compiler/object/debug_codec.h"
#include "link/dwarf_functions.h"
#include "link/dwarf_locations.h"

#include <algorithm>
#include <utility>

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
  void inside(const Atom &a, const object::FuncView &f);
  void place(const Atom &a, const object::DebugVariable &v);
  void block(const Atom &a, const Pieces &pieces);
  void inlinedCall(const Atom &a, const object::InlinedCall &call, const Pieces &pieces, bool parent);
  void inlinedVariable(const Atom &a, const object::InlinedCall &call, const object::DebugVariable &v);
  void globals();
  // Functions are placed already, the text is not.
  std::uint64_t startOf(const Atom &function) const { return text_address_ + function.addr; }
  void refer(object::DebugTypeId id) { out_.references.toType(out_.info.reserve32(), id); }

  const Link &link_;
  const DwarfTypes &types_;
  std::string_view producer_;
  std::uint64_t text_address_;
  DwarfUnit &out_;
  // Of the function at hand.
  object::FuncView func_;
  object::FunctionVariables debug_;
  InlineTree inlined_;
  Nesting nesting_;
  LocationListWriter lists_;
  struct Step {
    std::uint32_t call, block; // the block's call, or the call itself
    bool enter;
  };
  std::vector<Step> steps_;
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
  out_.frame.pad(8);
  out_.frame.patch32(length, out_.frame.size() - length - 4);
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
  if (!debug_.decode(f.variables, types_.of(a.file).types.size(), f.inline_tree.size()))
    out_.errors.push_back(link_.files[a.file].name + ": corrupt object: variables of " + std::string(a.name));
  bool parent = !debug_.variables().empty() || holdsInlined(f);
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
  inside(a, f);
  out_.info.u8(0);
}

// Is it told by a list, not by one expression?
bool moves(const object::DebugVariable &v) {
  using Place = object::DebugVariable::Place;
  return (v.place == Place::Moves || v.place == Place::MovesIndirect) && !isConstant(v);
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
  out_.info.uleb(std::uint64_t(v.place == Place::None ? entries.away : moves(v) ? entries.moves : entries.fixed));
  out_.info.text(v.name);
  refer(v.type);
  out_.info.uleb(v.line < 0 ? 0 : std::uint64_t(v.line));
  place(a, v);
}

// The attribute that tells where the variable is, unless it is nowhere.
void UnitWriter::place(const Atom &a, const object::DebugVariable &v) {
  using Place = object::DebugVariable::Place;
  if (moves(v)) {
    out_.to_locations.push_back(out_.info.size());
    out_.info.number(out_.locations.size(), 4);
    lists_.write(out_.locations, v, startOf(a));
  } else if (v.place != Place::None) {
    const std::size_t start = out_.info.openSized();
    if (v.place == Place::Moves) {
      writeConstant(out_.info, v);
    } else {
      out_.info.u8(dw::kOpFbreg);
      out_.info.sleb(v.cfa_offset);
      if (v.place == Place::Indirect)
        out_.info.u8(dw::kOpDeref);
    }
    out_.info.closeSized(start);
  }
}

// The function's variables, blocks and inlined calls, and what is in those.
void UnitWriter::inside(const Atom &a, const object::FuncView &f) {
  const auto variables = debug_.variables();
  const auto scopes = debug_.scopes();
  inlined_.set(f, scopes);
  nesting_.set(f, inlined_, scopes, variables);
  // Depth first, with an explicit stack: nesting is as deep as inlining went.
  auto fill = [&](std::uint32_t call, std::uint32_t block) {
    const Nesting::Contents &contents = nesting_.in(call, block);
    for (std::uint32_t v = contents.variables; v != 0; v = nesting_.behindVariable(v))
      call == 0 ? variable(a, variables[v - 1]) : inlinedVariable(a, f.inline_tree[call - 1], variables[v - 1]);
    for (std::uint32_t s = contents.blocks; s != 0; s = nesting_.behindBlock(s)) // these two from last to first: it is a stack
      steps_.push_back({call, s, true});
    for (std::uint32_t c = contents.calls; c != 0; c = nesting_.behindCall(c))
      steps_.push_back({c, 0, true});
  };
  fill(0, 0);
  while (!steps_.empty()) {
    const Step step = steps_.back();
    steps_.pop_back();
    if (!step.enter) {
      out_.info.u8(0);
      continue;
    }
    const bool empty = nesting_.in(step.call, step.block).empty();
    if (step.block != 0)
      block(a, scopes[step.block - 1].ranges);
    else
      inlinedCall(a, f.inline_tree[step.call - 1], inlined_.pieces[step.call - 1], !empty);
    if (step.block == 0 && empty)
      continue;
    steps_.push_back({step.call, step.block, false});
    fill(step.call, step.block);
  }
}

void UnitWriter::block(const Atom &a, const Pieces &pieces) {
  out_.info.uleb(std::uint64_t(pieces.size() == 1 ? DwarfEntry::Block : DwarfEntry::BlockRanges));
  codeOf(a, pieces);
}

// The attributes that tell which code is meant: one range's, or a list.
void UnitWriter::codeOf(const Atom &a, const Pieces &pieces) {
  if (pieces.size() == 1) {
    out_.info.number(startOf(a) + pieces[0].first, 8);
    out_.info.number(pieces[0].second - pieces[0].first, 4);
    return;
  }
  out_.to_ranges.push_back(out_.info.size());
  out_.info.number(out_.ranges.size(), 4);
  for (auto [from, to] : pieces) {
    out_.ranges.u8(0x07); // start_length
    out_.ranges.number(startOf(a) + from, 8);
    out_.ranges.uleb(to - from);
  }
  out_.ranges.u8(0); // end of list
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

// What it is called and its type are told with the function that was inlined. A variable without a place is told there alone,
// which debuggers take for one that is optimized out; parameters are in their order here, too. gdb takes variables of that function
// for missing here that are in a block here: those are told here alone.
void UnitWriter::inlinedVariable(const Atom &a, const object::InlinedCall &call, const object::DebugVariable &v) {
  using Place = object::DebugVariable::Place;
  if (v.scope != 0)
    return variable(a, v);
  const std::uint32_t origin = out_.references.inlinedVariable(shownName(call.name), v);
  const bool is_param = v.role == object::DebugVariable::Role::Param;
  if (v.place == Place::None && !is_param)
    return;
  const DwarfEntry entry = v.place == Place::None ? DwarfEntry::InlinedParamAway
                           : moves(v) ? (is_param ? DwarfEntry::InlinedParamMoves : DwarfEntry::InlinedVariableMoves)
                                      : (is_param ? DwarfEntry::InlinedParam : DwarfEntry::InlinedVariable);
  out_.info.uleb(std::uint64_t(entry));
  out_.references.toInlinedVariable(out_.info.reserve32(), origin);
  place(a, v);
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
    out_.to_variables.emplace_back(out_.info.size(), s);
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
    file.object->readFunc(*a.object, func_);
    lines(a, func_);
    frame(a, func_);
    function(a, func_);
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
    targets_.push_back({.type = id, .name = {}});
    known = std::uint32_t(targets_.size());
  }
  places_.push_back({at, known - 1});
}

void DwarfReferences::toInlined(std::size_t at, std::string_view name, std::int32_t line) {
  auto [target, fresh] = by_name_.insert(name, std::uint32_t(targets_.size()));
  if (fresh)
    targets_.push_back({.type = {}, .name = name, .line = line});
  places_.push_back({at, *target});
}

std::uint32_t DwarfReferences::inlinedVariable(std::string_view function, const object::DebugVariable &v) {
  const std::uint32_t of = *by_name_.find(function);
  const bool is_param = v.role == object::DebugVariable::Role::Param;
  first_variable_.resize(targets_.size(), DwarfTypes::kNoTarget);
  next_variable_.resize(targets_.size(), DwarfTypes::kNoTarget);
  for (std::uint32_t known = first_variable_[of]; known != DwarfTypes::kNoTarget; known = next_variable_[known])
    if (const Target &t = targets_[known]; t.type == v.type && t.line == v.line && t.is_param == is_param && t.name == v.name)
      return known;
  const auto id = std::uint32_t(targets_.size());
  targets_.push_back({.type = v.type, .name = v.name, .line = v.line, .function = of, .is_param = is_param});
  next_variable_.push_back(std::exchange(first_variable_[of], id));
  first_variable_.push_back(DwarfTypes::kNoTarget);
  return id;
}

void writeUnit(const Link &link, const DwarfTypes &types, std::string_view producer, std::uint64_t text_address, DwarfUnit &unit) {
  UnitWriter(link, types, producer, text_address, unit).run();
}

} // namespace gannet::link
