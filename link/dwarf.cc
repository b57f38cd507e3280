// Debug information (DWARF 5) for debuggers: a unit for each object file, its functions, its line table, and how to
// unwind from each pc. All of it is made from the function records, so that it says what tracebacks say.
// Does not describe variables and types yet.
#include "link/image.h"

#include "compiler/object/elf.h"

namespace gannet::link {

namespace {

class Bytes {
public:
  std::string data;
  void u8(std::uint64_t v) { data.push_back(char(v)); }
  void number(std::uint64_t v, int n) {
    for (int i = 0; i < n; i++)
      data.push_back(char(v >> (8 * i)));
  }
  void uleb(std::uint64_t v) {
    for (; v >= 0x80; v >>= 7)
      u8(v | 0x80);
    u8(v);
  }
  void sleb(std::int64_t v) {
    for (;;) {
      std::uint8_t b = v & 0x7f;
      v >>= 7;
      bool last = (v == 0 && !(b & 0x40)) || (v == -1 && (b & 0x40));
      u8(last ? b : b | 0x80);
      if (last)
        return;
    }
  }
  void text(std::string_view s) {
    data.append(s);
    data.push_back(0);
  }
  std::size_t reserve32() {
    number(0, 4);
    return data.size() - 4;
  }
  void patch32(std::size_t at, std::uint64_t v) {
    for (int i = 0; i < 4; i++)
      data[at + std::size_t(i)] = char(v >> (8 * i));
  }
};

enum : std::uint8_t {
  kTagCompileUnit = 0x11, kTagSubprogram = 0x2e,
  kAtName = 0x03, kAtStmtList = 0x10, kAtLowPc = 0x11, kAtHighPc = 0x12, kAtLanguage = 0x13, kAtCompDir = 0x1b,
  kAtProducer = 0x25, kAtDeclFile = 0x3a, kAtDeclLine = 0x3b, kAtExternal = 0x3f, kAtFrameBase = 0x40,
  kFormAddr = 0x01, kFormData4 = 0x06, kFormString = 0x08, kFormData1 = 0x0b, kFormUdata = 0x0f, kFormSecOffset = 0x17,
  kFormExprloc = 0x18, kFormFlagPresent = 0x19,
  kLangGo = 0x16, kUnitCompile = 0x01, kOpCallFrameCfa = 0x9c,
};

// Line programs.
constexpr int kLineBase = -4, kLineRange = 10, kOpcodeBase = 13;

class DwarfMaker {
public:
  DwarfMaker(Link &link, Image &image) : link_(link), image_(image) {}

  void run() {
    abbreviations();
    commonFrame();
    const auto &atoms = image_.text.atoms;
    for (std::size_t from = 0; from < atoms.size();) {
      std::size_t to = from;
      while (to < atoms.size() && link_[atoms[to]].file == link_[atoms[from]].file)
        to++;
      unit({atoms.data() + from, to - from});
      from = to;
    }
    add(".debug_abbrev", std::move(abbrev_.data));
    add(".debug_frame", std::move(frame_.data));
    add(".debug_info", std::move(info_.data));
    add(".debug_line", std::move(line_.data));
  }

private:
  void add(const char *name, std::string bytes) {
    OutputSection &s = image_.sections.emplace_back();
    s.name = name;
    s.type = elf::kShtProgbits;
    s.align = std::string_view(name) == ".debug_frame" ? 8 : 1;
    s.bytes = std::move(bytes);
  }
  void abbreviations();
  void commonFrame();
  void unit(std::span<const AtomId> atoms);
  void lineHeader(const InputFile &file);
  void lines(const Atom &a, const object::FuncView &f);
  void frame(const Atom &a, const object::FuncView &f);

  Link &link_;
  Image &image_;
  Bytes abbrev_, info_, line_, frame_;
};

void DwarfMaker::abbreviations() {
  auto entry = [&](int code, int tag, bool children, std::initializer_list<std::uint8_t> pairs) {
    abbrev_.uleb(std::uint64_t(code));
    abbrev_.uleb(std::uint64_t(tag));
    abbrev_.u8(children);
    for (std::uint8_t v : pairs)
      abbrev_.uleb(v);
    abbrev_.number(0, 2);
  };
  entry(1, kTagCompileUnit, true,
        {kAtName, kFormString, kAtLanguage, kFormData1, kAtStmtList, kFormSecOffset, kAtLowPc, kFormAddr, kAtHighPc,
         kFormData4, kAtCompDir, kFormString, kAtProducer, kFormString});
  entry(2, kTagSubprogram, false,
        {kAtName, kFormString, kAtLowPc, kFormAddr, kAtHighPc, kFormData4, kAtFrameBase, kFormExprloc, kAtDeclFile,
         kFormUdata, kAtDeclLine, kFormUdata, kAtExternal, kFormFlagPresent});
  abbrev_.u8(0);
}

// The frame at a function's entry: the caller's is 8 above SP, the return address below that.
void DwarfMaker::commonFrame() {
  std::size_t length = frame_.reserve32();
  frame_.number(0xffffffff, 4);
  frame_.u8(4); // version
  frame_.u8(0); // no augmentation
  frame_.u8(8); // address size
  frame_.u8(0); // segment size
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
  line_.u8(1); // directories have a path
  line_.uleb(1);
  line_.uleb(kFormString);
  line_.uleb(1);
  line_.text(".");
  line_.u8(2); // files have a path and a directory
  line_.uleb(1);
  line_.uleb(kFormString);
  line_.uleb(2);
  line_.uleb(kFormUdata);
  const auto &files = file.object->files();
  line_.uleb(files.size());
  for (std::string_view name : files) {
    line_.text(name);
    line_.uleb(0);
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
  std::int64_t file = 1, row = 1;
  std::uint64_t pc = 0;
  bool first = true;
  while (more) {
    std::uint64_t start = std::max(files.start, rows.start);
    if (files.value >= 0 && files.value != file) {
      line_.u8(4); // set_file
      line_.uleb(std::uint64_t(files.value));
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
    std::uint32_t end = std::min(files.end, rows.end);
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
  info_.u8(kUnitCompile);
  info_.u8(8);
  info_.number(0, 4); // abbreviations
  const Atom &last = link_[atoms.back()];
  std::uint64_t low = link_[atoms[0]].addr;
  info_.uleb(1);
  info_.text(file.package.empty() ? std::string_view("asm") : file.package);
  info_.u8(kLangGo);
  info_.number(line_start, 4);
  info_.number(low, 8);
  info_.number(last.addr + last.size - low, 4);
  info_.text(".");
  info_.text("Gannet " + link_.options.go_version);
  for (AtomId id : atoms) {
    const Atom &a = link_[id];
    if (!a.object || !a.object->func_at || a.size == 0)
      continue;
    object::FuncView f = file.object->func(*a.object);
    lines(a, f);
    frame(a, f);
    info_.uleb(2);
    info_.text(shownName(a.name));
    info_.number(a.addr, 8);
    info_.number(a.size, 4);
    info_.uleb(1);
    info_.u8(kOpCallFrameCfa);
    std::int32_t declared_in = object::pcValue(f.pcfile, 0);
    info_.uleb(declared_in < 0 ? 0 : std::uint64_t(declared_in));
    info_.uleb(f.start_line < 0 ? 0 : std::uint64_t(f.start_line));
  }
  info_.u8(0);
  info_.patch32(info_length, info_.data.size() - info_length - 4);
  line_.patch32(line_length, line_.data.size() - line_length - 4);
}

} // namespace

void addDwarf(Link &link, Image &image) { DwarfMaker(link, image).run(); }

} // namespace gannet::link
