// Debug information (DWARF 5) for debuggers: a unit for each object file with its functions, what was inlined into them, their
// variables and the package's; its line table; how to unwind from each pc; and a unit of all types (dwarf_types.h). Functions
// come from the function records, so that it says what tracebacks say.
#include "link/dwarf_bytes.h"
#include "link/dwarf_functions.h"
#include "link/dwarf_locations.h"
#include "link/dwarf_types.h"
#include "link/image.h"

#include "compiler/base/parallel.h"
#include "compiler/object/debug_codec.h"
#include "compiler/object/elf.h"

#include <algorithm>
#include <cstring>
#include <zlib.h>
#include <zstd.h>

namespace gannet::link {

namespace {

constexpr int kFastest = 1; // compression level, of both libraries

// The bytes compressed, behind `head` bytes that are left free; empty on failure.
std::string compressed(const std::string &bytes, std::size_t head, DwarfCompression how) {
  std::string out;
  if (how == DwarfCompression::Zlib) {
    uLongf n = compressBound(bytes.size());
    out.resize(head + n);
    if (compress2(reinterpret_cast<Bytef *>(out.data() + head), &n, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size(),
                  kFastest) != Z_OK)
      return {};
    out.resize(head + n);
  } else {
    out.resize(head + ZSTD_compressBound(bytes.size()));
    std::size_t n = ZSTD_compress(out.data() + head, out.size() - head, bytes.data(), bytes.size(), kFastest);
    if (ZSTD_isError(n))
      return {};
    out.resize(head + n);
  }
  return out;
}

// Puts the section's bytes behind a compression header, if that is shorter. Source: ELF gABI, "Section Compression".
void compress(OutputSection &s, DwarfCompression how) {
  constexpr std::size_t kHeaderBytes = 24;
  std::string packed = compressed(s.bytes, kHeaderBytes, how);
  if (packed.empty() || packed.size() >= s.bytes.size())
    return;
  const std::uint64_t header[] = {how == DwarfCompression::Zlib ? elf::kCompressZlib : elf::kCompressZstd, s.bytes.size(), s.align};
  std::memcpy(packed.data(), header, sizeof header);
  s.bytes = std::move(packed);
  s.flags |= elf::kShfCompressed;
  s.align = 8;
}

// Debuggers tell Go by the first words, and its version by what stands up to the end or a semicolon.
std::string producerOf(const std::string &go_version) {
  return "Go cmd/compile " + go_version.substr(0, go_version.find('-')) + "; gannet";
}

// Line programs.
constexpr int kLineBase = -4, kLineRange = 10, kOpcodeBase = 13;
constexpr std::uint64_t kFirstFile = 1; // number of an object's first file in its unit

class DwarfMaker {
public:
  DwarfMaker(Link &link, Image &image)
      : link_(link), image_(image), producer_(producerOf(link.options.go_version)), types_(link, info_),
        has_globals_(link.files.size(), 0) {}

  void run() {
    startRanges();
    startLocationLists(locations_);
    commonFrame();
    const auto &atoms = image_.text.atoms;
    for (std::size_t from = 0; from < atoms.size();) {
      std::size_t to = from;
      while (to < atoms.size() && link_[atoms[to]].file == link_[atoms[from]].file)
        to++;
      unit({atoms.data() + from, to - from});
      from = to;
    }
    types_.writeUnit(producer_);
    ranges_.closeLength(0);
    locations_.closeLength(0);
    const std::size_t first = image_.sections.size();
    add(".debug_abbrev", dwarfAbbreviations());
    add(".debug_frame", std::move(frame_.data));
    add(".debug_info", std::move(info_.data));
    add(".debug_line", std::move(line_.data));
    add(".debug_loclists", std::move(locations_.data));
    add(".debug_rnglists", std::move(ranges_.data));
    if (link_.options.compress_dwarf != DwarfCompression::None)
      parallelFor(image_.sections.size() - first, link_.threads,
                  [&](std::size_t i, unsigned) { compress(image_.sections[first + i], link_.options.compress_dwarf); });
  }

private:
  void add(const char *name, std::string bytes) {
    OutputSection &s = image_.sections.emplace_back();
    s.name = name;
    s.type = elf::kShtProgbits;
    s.align = std::string_view(name) == ".debug_frame" ? 8 : 1;
    s.bytes = std::move(bytes);
  }
  void startRanges();
  void commonFrame();
  void unit(std::span<const AtomId> atoms);
  void lineHeader(const InputFile &file);
  void lines(const Atom &a, const object::FuncView &f);
  void frame(const Atom &a, const object::FuncView &f);
  void function(const Atom &a, const object::FuncView &f);
  void variable(const Atom &a, const object::DebugVariable &v);
  void codeOf(const Atom &a, const Pieces &pieces);
  void blocks(const Atom &a, const object::FuncView &f);
  void inlinedCalls(const Atom &a, const object::FuncView &f, const InlineTree &tree, std::uint32_t block);
  void inlinedCall(const Atom &a, const object::InlinedCall &call, const Pieces &pieces, bool parent);
  void globals(std::uint32_t file);
  Link &link_;
  Image &image_;
  std::string producer_;
  DwarfBytes info_, line_, frame_, ranges_, locations_;
  DwarfTypes types_;
  std::vector<std::uint8_t> has_globals_; // by file: its variables are told
  std::vector<object::DebugVariable> variables_;
  std::vector<object::DebugScope> scopes_;
};

// One list table for the program; references to it count from the start of the section.
void DwarfMaker::startRanges() {
  ranges_.reserve32();
  ranges_.number(5, 2);
  ranges_.u8(8);
  ranges_.u8(0);
  ranges_.number(0, 4); // no offsets
}

// The frame at a function's entry: the caller's is 8 above SP, the return address below that.
void DwarfMaker::commonFrame() {
  std::size_t length = frame_.reserve32();
  frame_.number(0xffffffff, 4);
  frame_.u8(3); // version: that of DWARF 3, which is all that Delve reads
  frame_.u8(0); // no augmentation
  frame_.uleb(1);
  frame_.sleb(-8);
  frame_.uleb(16);   // return address
  frame_.u8(0x0c);   // def_cfa SP+8
  frame_.uleb(7);
  frame_.uleb(8);
  frame_.u8(0x80 | 16); // return address at CFA-8
  frame_.uleb(1);
  while ((frame_.data.size() - 4) % 8)
    frame_.u8(0);
  frame_.patch32(length, frame_.data.size() - length - 4);
}

void DwarfMaker::frame(const Atom &a, const object::FuncView &f) {
  std::size_t length = frame_.reserve32();
  frame_.number(0, 4); // the one common entry
  frame_.number(a.addr, 8);
  frame_.number(a.size, 8);
  object::PcTableReader sp(f.pcsp);
  std::uint32_t at = 0;
  while (sp.next()) {
    std::uint32_t delta = sp.start - at;
    at = sp.start;
    if (delta == 0) {
    } else if (delta < 0x40) {
      frame_.u8(0x40 | delta);
    } else if (delta < 0x10000) {
      frame_.u8(0x03);
      frame_.number(delta, 2);
    } else {
      frame_.u8(0x04);
      frame_.number(delta, 4);
    }
    frame_.u8(0x0e); // def_cfa_offset
    frame_.uleb(std::uint64_t(std::int64_t(sp.value) + 8));
  }
  while ((frame_.data.size() - 4) % 8)
    frame_.u8(0);
  frame_.patch32(length, frame_.data.size() - length - 4);
}

void DwarfMaker::lineHeader(const InputFile &file) {
  static constexpr std::uint8_t kOperands[] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
  line_.u8(1); // smallest instruction
  line_.u8(1); // operations an instruction
  line_.u8(1); // entries are statements
  line_.u8(std::uint8_t(kLineBase));
  line_.u8(kLineRange);
  line_.u8(kOpcodeBase);
  for (std::uint8_t n : kOperands)
    line_.u8(n);
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
  line_.u8(1); // directories have a path
  line_.uleb(1);
  line_.uleb(dw::kFormString);
  line_.uleb(directories.size());
  for (std::string_view directory : directories)
    line_.text(shownFile(link_, directory));
  line_.u8(2); // files have a path and a directory
  line_.uleb(1);
  line_.uleb(dw::kFormString);
  line_.uleb(2);
  line_.uleb(dw::kFormUdata);
  line_.uleb(names.size());
  for (auto [name, directory] : names) {
    line_.text(name);
    line_.uleb(directory);
  }
}

void DwarfMaker::lines(const Atom &a, const object::FuncView &f) {
  object::PcTableReader files(f.pcfile), rows(f.pcline);
  bool more = rows.next() && files.next();
  if (!more)
    return;
  line_.u8(0);
  line_.uleb(9);
  line_.u8(2); // set_address
  line_.number(a.addr, 8);
  const std::uint32_t prologue_end = endOfPrologue(f);
  std::int64_t file = -1, row = 1; // which file is first is told in any case: debuggers differ in what they start from
  std::uint64_t pc = 0;
  bool first = true;
  auto addRow = [&](std::uint32_t start) {
    if (start != 0 && start == prologue_end)
      line_.u8(10); // set_prologue_end
    if (files.value >= 0 && files.value != file) {
      line_.u8(4); // set_file
      line_.uleb(std::uint64_t(files.value) + kFirstFile);
      file = files.value;
    }
    std::int64_t row_delta = rows.value - row;
    std::uint64_t pc_delta = start - pc;
    std::int64_t special = (row_delta - kLineBase) + kLineRange * std::int64_t(pc_delta) + kOpcodeBase;
    if (row_delta >= kLineBase && row_delta < kLineBase + kLineRange && special <= 255) {
      line_.u8(std::uint64_t(special));
    } else {
      line_.u8(3); // advance_line
      line_.sleb(row_delta);
      line_.u8(2); // advance_pc
      line_.uleb(pc_delta);
      line_.u8(1); // copy
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
    line_.u8(2);
    line_.uleb(a.size - pc);
  }
  line_.u8(0);
  line_.uleb(1);
  line_.u8(1); // end_sequence
}

void DwarfMaker::function(const Atom &a, const object::FuncView &f) {
  if (!object::decodeVariables(f.variables, types_.of(a.file).types.size(), variables_, scopes_)) {
    link_.error(link_.files[a.file].name + ": corrupt object: variables of " + std::string(a.name));
    variables_.clear(), scopes_.clear();
  }
  bool parent = !variables_.empty() || holdsInlined(f);
  info_.uleb(std::uint64_t(parent ? DwarfEntry::FuncParent : DwarfEntry::Func));
  info_.text(shownName(a.name));
  info_.number(a.addr, 8);
  info_.number(a.size, 4);
  info_.uleb(1);
  info_.u8(dw::kOpCallFrameCfa);
  std::int32_t declared_in = object::pcValue(f.pcfile, 0);
  info_.uleb(declared_in < 0 ? 0 : std::uint64_t(declared_in) + kFirstFile);
  info_.uleb(f.start_line < 0 ? 0 : std::uint64_t(f.start_line));
  if (!parent)
    return;
  blocks(a, f);
  info_.u8(0);
}

void DwarfMaker::variable(const Atom &a, const object::DebugVariable &v) {
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
  info_.uleb(std::uint64_t(v.place == Place::None ? entries.away : moves ? entries.moves : entries.fixed));
  info_.text(v.name);
  types_.refer(a.file, v.type);
  info_.uleb(v.line < 0 ? 0 : std::uint64_t(v.line));
  if (moves) {
    info_.number(locations_.data.size(), 4);
    writeLocationList(locations_, v, a.addr);
  } else if (v.place != Place::None) {
    DwarfBytes where;
    where.u8(dw::kOpFbreg);
    where.sleb(v.cfa_offset);
    if (v.place == Place::Indirect)
      where.u8(dw::kOpDeref);
    info_.uleb(where.data.size());
    info_.data += where.data;
  }
}

// The function's variables and inlined calls, by the blocks that they are in. Blocks without code are left out.
void DwarfMaker::blocks(const Atom &a, const object::FuncView &f) {
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
      info_.u8(0);
      continue;
    }
    if (step.block != 0) {
      const Pieces &pieces = scopes_[step.block - 1].ranges;
      info_.uleb(std::uint64_t(pieces.size() == 1 ? DwarfEntry::Block : DwarfEntry::BlockRanges));
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
void DwarfMaker::codeOf(const Atom &a, const Pieces &pieces) {
  if (pieces.size() == 1) {
    info_.number(a.addr + pieces[0].first, 8);
    info_.number(pieces[0].second - pieces[0].first, 4);
    return;
  }
  info_.number(ranges_.data.size(), 4);
  for (auto [from, to] : pieces) {
    ranges_.u8(0x07); // start_length
    ranges_.number(a.addr + from, 8);
    ranges_.uleb(to - from);
  }
  ranges_.u8(0); // end of list
}

// Those that the function makes in the block.
void DwarfMaker::inlinedCalls(const Atom &a, const object::FuncView &f, const InlineTree &tree, std::uint32_t block) {
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
      info_.u8(0);
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

void DwarfMaker::inlinedCall(const Atom &a, const object::InlinedCall &call, const Pieces &pieces, bool parent) {
  bool whole = pieces.size() == 1;
  DwarfEntry entry = whole    ? (parent ? DwarfEntry::InlinedParent : DwarfEntry::Inlined)
                     : parent ? DwarfEntry::InlinedRangesParent
                              : DwarfEntry::InlinedRanges;
  info_.uleb(std::uint64_t(entry));
  types_.referToInlined(shownName(call.name), call.start_line);
  codeOf(a, pieces);
  info_.uleb(call.file + kFirstFile);
  info_.uleb(call.line < 0 ? 0 : std::uint64_t(call.line));
}

// The variables of a file's package that are left in the program.
void DwarfMaker::globals(std::uint32_t file) {
  if (has_globals_[file])
    return;
  has_globals_[file] = 1;
  for (const object::DebugGlobal &g : types_.of(file).globals) {
    SymId s = link_.find(g.symbol);
    if (!s.valid() || !link_[s].defined() || !link_.reachable(s))
      continue;
    info_.uleb(std::uint64_t(DwarfEntry::Global));
    info_.text(g.symbol);
    types_.refer(file, g.type);
    info_.uleb(9);
    info_.u8(dw::kOpAddr);
    info_.number(link_.address(s), 8);
  }
}

void DwarfMaker::unit(std::span<const AtomId> atoms) {
  const InputFile &file = link_.files[link_[atoms[0]].file];
  if (!file.object)
    return;
  std::size_t line_start = line_.data.size();
  std::size_t line_length = line_.reserve32();
  line_.number(5, 2);
  line_.u8(8);
  line_.u8(0);
  std::size_t header_length = line_.reserve32();
  std::size_t header_start = line_.data.size();
  lineHeader(file);
  line_.patch32(header_length, line_.data.size() - header_start);

  std::size_t info_length = info_.reserve32();
  info_.number(5, 2);
  info_.u8(dw::kUnitCompile);
  info_.u8(8);
  info_.number(0, 4); // abbreviations
  const Atom &last = link_[atoms.back()];
  std::uint64_t low = link_[atoms[0]].addr;
  info_.uleb(std::uint64_t(DwarfEntry::Unit));
  info_.text(file.package.empty() ? std::string_view("asm") : file.package);
  info_.u8(dw::kLangGo);
  info_.number(line_start, 4);
  info_.number(low, 8);
  info_.number(last.addr + last.size - low, 4);
  info_.text(".");
  const object::DebugInfo &debug = types_.of(link_[atoms[0]].file);
  info_.text(producer_ + (debug.optimized ? "" : " -N") + (debug.inlined ? "" : " -l"));
  for (AtomId id : atoms) {
    const Atom &a = link_[id];
    if (!a.object || !a.object->func_at || a.size == 0)
      continue;
    object::FuncView f = file.object->func(*a.object);
    lines(a, f);
    frame(a, f);
    function(a, f);
  }
  globals(link_[atoms[0]].file);
  info_.u8(0);
  info_.closeLength(info_length);
  line_.closeLength(line_length);
}

} // namespace

void addDwarf(Link &link, Image &image) { DwarfMaker(link, image).run(); }

} // namespace gannet::link
