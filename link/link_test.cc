#include "link/link.h"
#include "link/unit_for_test.h"

#include "compiler/base/file.h"
#include "compiler/object/elf.h"
#include "compiler/object/unit.h"
#include "compiler/object/writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <map>
#include <sys/wait.h>

namespace gannet::link {
namespace {

using object::RelocKind;
using object::SymbolId;
using object::SymbolKind;
using object::Unit;
using Bytes = std::vector<std::uint8_t>;

std::string tempPath(const std::string &name) {
  const char *dir = std::getenv("TEST_TMPDIR");
  return std::string(dir ? dir : "/tmp") + "/" + name;
}

// An executable, read back.
struct Program {
  std::string bytes;
  std::map<std::string, std::uint64_t> symbols;

  std::vector<elf::Shdr> sections() const {
    elf::Ehdr e;
    std::memcpy(&e, bytes.data(), sizeof e);
    std::vector<elf::Shdr> out(e.shnum);
    std::memcpy(out.data(), bytes.data() + e.shoff, out.size() * sizeof(elf::Shdr));
    return out;
  }
  void readSymbols() {
    auto all = sections();
    for (const elf::Shdr &h : all) {
      if (h.type != elf::kShtSymtab)
        continue;
      const char *names = bytes.data() + all[h.link].offset;
      for (std::uint64_t at = 0; at < h.size; at += sizeof(elf::Sym)) {
        elf::Sym s;
        std::memcpy(&s, bytes.data() + h.offset + at, sizeof s);
        symbols[names + s.name] = s.value;
      }
    }
  }
  bool has(const std::string &name) const { return symbols.count(name) != 0; }
  // The bytes at an address of the image.
  const char *at(std::uint64_t address) const {
    for (const elf::Shdr &h : sections())
      if ((h.flags & elf::kShfAlloc) && h.type == elf::kShtProgbits && address >= h.addr && address < h.addr + h.size)
        return bytes.data() + h.offset + (address - h.addr);
    return nullptr;
  }
  template <typename T> T value(std::uint64_t address) const {
    T v{};
    const char *p = at(address);
    EXPECT_NE(p, nullptr);
    if (p)
      std::memcpy(&v, p, sizeof v);
    return v;
  }
};

struct Fixture {
  Options options;
  int count = 0;

  Fixture() { options.output = tempPath("prog"); }
  std::string save(const Unit &u) {
    std::string path = tempPath("o" + std::to_string(count++) + ".o");
    EXPECT_TRUE(object::writeObjectFile(u, path));
    return path;
  }
  void addMain(const Unit &u) { options.objects.push_back(save(u)); }
  void addPackage(const std::string &path, const Unit &u) { options.packages.emplace_back(path, save(u)); }
  std::string link() {
    auto r = linkProgram(options);
    return r ? "" : r.error();
  }
  Program load() {
    Program p;
    auto text = readFile(options.output);
    EXPECT_TRUE(text);
    p.bytes = *text;
    p.readSymbols();
    return p;
  }
};

// A frame of `bytes` throughout the function.
void setFrame(Unit &u, SymbolId id, std::int32_t bytes) {
  object::PcTable sp;
  sp.set(0, bytes);
  u[id].func->pcsp = sp.finish(std::uint32_t(u[id].size));
}

// Exits with the byte at `status`.
void addStart(Unit &u, SymbolId status) {
  // call main.main; movzbl status(%rip), %edi; mov $231, %eax; syscall
  SymbolId start = func(u, "_rt0_amd64_linux",
                        {0xe8, 0, 0, 0, 0, 0x0f, 0xb6, 0x3d, 0, 0, 0, 0, 0xb8, 231, 0, 0, 0, 0x0f, 0x05});
  u.addReloc(start, {1, RelocKind::Call32, u.symbol("main.main"), -4});
  u.addReloc(start, {8, RelocKind::PcRel32, status, -4});
}

SymbolId status(Unit &u, std::uint8_t value) {
  SymbolId id = u.symbol("main.status");
  u.define(id, SymbolKind::NoPtrData, 0, 1, {value});
  return id;
}

Unit mainUnit() {
  Unit u;
  u.setPackage("main");
  u.is_main = true;
  addStart(u, status(u, 42));
  return u;
}

TEST(Link, RunsAProgram) {
  Fixture f;
  Unit u = mainUnit();
  func(u, "main.main", {0xc3});
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  int code = std::system(f.options.output.c_str());
  EXPECT_EQ(WEXITSTATUS(code), 42);
}

TEST(Link, CodeIsMappedFromTheStartOfTheFile) {
  Fixture f;
  Unit u = mainUnit();
  func(u, "main.main", {0xc3});
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  elf::Ehdr e;
  std::memcpy(&e, p.bytes.data(), sizeof e);
  int count = 0;
  for (int i = 0; i < e.phnum; i++) {
    elf::Phdr h;
    std::memcpy(&h, p.bytes.data() + e.phoff + std::uint64_t(i) * sizeof h, sizeof h);
    if (h.type != elf::kPtLoad || !(h.flags & elf::kPfX))
      continue;
    count++;
    EXPECT_EQ(h.offset, 0u);
    EXPECT_LT(h.vaddr, p.symbols.at("runtime.text"));
    EXPECT_GE(h.vaddr + h.memsz, p.symbols.at("runtime.etext"));
  }
  EXPECT_EQ(count, 1);
}

// The addresses that .relr.dyn lists.
std::vector<std::uint64_t> relocatedPlaces(const Program &p) {
  std::vector<std::uint64_t> out;
  std::uint64_t next = 0;
  for (const elf::Shdr &h : p.sections()) {
    for (std::uint64_t at = 0; h.type == elf::kShtRelr && at < h.size; at += 8) {
      std::uint64_t entry;
      std::memcpy(&entry, p.bytes.data() + h.offset + at, 8);
      if (entry % 2 == 0) {
        out.push_back(entry);
        next = entry + 8;
        continue;
      }
      for (unsigned bit = 1; bit < 64; bit++, next += 8)
        if (entry >> bit & 1)
          out.push_back(next);
    }
  }
  return out;
}

// main.addresses: the address of main.status at 0, 8, and 1000.
void addAddresses(Unit &u, SymbolKind kind) {
  SymbolId id = u.symbol("main.addresses");
  u.define(id, kind, 0, 8, Bytes(1008));
  for (std::uint32_t at : {0u, 8u, 1000u})
    u.addReloc(id, {at, RelocKind::Abs64, u.symbol("main.status"), 0});
  SymbolId main = func(u, "main.main", {0xc3});
  u.addReloc(main, {0, RelocKind::Keep, id, 0});
}

class Anywhere : public testing::TestWithParam<SymbolKind> {};
INSTANTIATE_TEST_SUITE_P(Link, Anywhere, testing::Values(SymbolKind::Rodata, SymbolKind::NoPtrData, SymbolKind::Data));

TEST_P(Anywhere, ListsAddresses) {
  Fixture f;
  f.options.pie = true;
  Unit u = mainUnit();
  addAddresses(u, GetParam());
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  elf::Ehdr e;
  std::memcpy(&e, p.bytes.data(), sizeof e);
  EXPECT_EQ(e.type, elf::kDyn);
  std::uint64_t there = p.symbols.at("main.addresses");
  std::vector<std::uint64_t> places = relocatedPlaces(p);
  for (std::uint64_t at : {0u, 8u, 1000u}) {
    EXPECT_EQ(std::count(places.begin(), places.end(), there + at), 1);
    EXPECT_EQ(p.value<std::uint64_t>(there + at), p.symbols.at("main.status"));
  }
  EXPECT_EQ(WEXITSTATUS(std::system(f.options.output.c_str())), 42);
}

TEST(Link, ShortAddressesAreNotForPie) {
  Fixture f;
  f.options.pie = true;
  Unit u = mainUnit();
  SymbolId main = func(u, "main.main", {0x48, 0x8b, 0x04, 0xc5, 0, 0, 0, 0, 0xc3}); // MOVQ main·status(SB)(AX*8), AX
  u.addReloc(main, {4, RelocKind::Abs32S, u.symbol("main.status"), 0});
  f.addMain(u);
  EXPECT_EQ(f.link(), "main.main: relocation at +4 to main.status: an address of less than 64 bits, which -buildmode=pie does not "
                      "allow");
}

TEST(Link, AddressesInCodeAreNotForPie) {
  Fixture f;
  f.options.pie = true;
  Unit u = mainUnit();
  SymbolId main = func(u, "main.main", Bytes(9, 0xc3));
  u.addReloc(main, {1, RelocKind::Abs64, u.symbol("main.status"), 0});
  f.addMain(u);
  EXPECT_EQ(f.link(), "main.main: relocation at +1 to main.status: an address in code or constants, which -buildmode=pie does not "
                      "allow");
}

TEST(Link, DropsWhatIsNotReached) {
  Fixture f;
  Unit u = mainUnit();
  func(u, "main.main", {0xc3});
  SymbolId dead = func(u, "main.dead", {0xe8, 0, 0, 0, 0, 0xc3});
  u.addReloc(dead, {1, RelocKind::Call32, u.symbol("no.where"), -4}); // not an error: nothing needs it
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  EXPECT_TRUE(p.has("main.main"));
  EXPECT_FALSE(p.has("main.dead"));
}

// main.main calls what fills main.table.
Unit mapInitUnit(bool table_used) {
  Unit u = mainUnit();
  SymbolId m = func(u, "main.main", {0xe8, 0, 0, 0, 0, 0xc3});
  SymbolId init = func(u, "main.map.init.0", {0x90, 0xc3}, object::kNoSplit | object::kMapInit);
  u.addReloc(m, {1, RelocKind::Call32, init, -4});
  SymbolId table = u.symbol("main.table");
  u.defineZero(table, SymbolKind::Bss, 0, 8, 8);
  u.addReloc(table, {0, RelocKind::Keep, init, 0});
  if (table_used)
    u.addReloc(m, {0, RelocKind::Keep, table, 0});
  return u;
}

TEST(Link, DropsCallsThatFillMapsOfNoUse) {
  Fixture f;
  f.addMain(mapInitUnit(false));
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  EXPECT_FALSE(p.has("main.table"));
  EXPECT_FALSE(p.has("main.map.init.0"));
  EXPECT_EQ(p.value<std::uint64_t>(p.symbols.at("main.main")) & 0xffffffffff, 0x0000441f0full); // a NOP of 5 bytes
  EXPECT_EQ(WEXITSTATUS(std::system(f.options.output.c_str())), 42);
}

TEST(Link, KeepsCallsThatFillMaps) {
  Fixture f;
  f.addMain(mapInitUnit(true));
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  EXPECT_TRUE(p.has("main.map.init.0"));
  EXPECT_EQ(p.value<std::uint8_t>(p.symbols.at("main.main")), 0xe8);
}

TEST(Link, NamesTheReferrerOfWhatIsMissing) {
  Fixture f;
  Unit u = mainUnit();
  SymbolId m = func(u, "main.main", {0xe8, 0, 0, 0, 0, 0xc3});
  u.addReloc(m, {1, RelocKind::Call32, u.symbol("no.where"), -4});
  f.addMain(u);
  EXPECT_EQ(f.link(), "main.main: relocation target no.where not defined");
}

TEST(Link, TellsAbisApart) {
  Fixture f;
  Unit u = mainUnit();
  SymbolId m = func(u, "main.main", {0xe8, 0, 0, 0, 0, 0xc3});
  func(u, "p.f", {0xc3});
  u.addReloc(m, {1, RelocKind::Call32, u.symbol("p.f.abi0"), -4});
  f.addMain(u);
  EXPECT_EQ(f.link(), "main.main: relocation target p.f not defined for ABI0 (but is defined for ABIInternal)");
}

TEST(Link, AVariableHasNoAbi) {
  Fixture f;
  Unit u;
  u.setPackage("main");
  u.is_main = true;
  status(u, 9);
  addStart(u, u.symbol("main.status.abi0")); // as assembly would name it
  func(u, "main.main", {0xc3});
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  EXPECT_EQ(WEXITSTATUS(std::system(f.options.output.c_str())), 9);
}

TEST(Link, AssemblySeesLinkerSymbols) {
  Fixture f;
  Unit u = mainUnit();
  SymbolId m = func(u, "main.main", {0xc3});
  SymbolId v = u.symbol("main.bounds");
  u.define(v, SymbolKind::Rodata, 0, 8, Bytes(16));
  u.addReloc(v, {0, RelocKind::Abs64, u.symbol("runtime.text.abi0"), 0});
  u.addReloc(v, {8, RelocKind::Abs64, u.symbol("go:main.inittasks.abi0"), 0});
  u.addReloc(m, {0, RelocKind::Keep, v, 0});
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  std::uint64_t at = p.symbols.at("main.bounds");
  EXPECT_EQ(p.value<std::uint64_t>(at), p.symbols.at("runtime.text"));
  EXPECT_EQ(p.value<std::uint64_t>(at + 8), p.symbols.at("go:main.inittasks"));
}

TEST(Link, DuplicateDefinitions) {
  Fixture f;
  Unit u = mainUnit(), v;
  func(u, "main.main", {0xc3});
  func(v, "main.main", {0xc3});
  f.addMain(u);
  f.addMain(v);
  EXPECT_NE(f.link().find("duplicated definition of symbol main.main"), std::string::npos);
}

TEST(Link, DupOkDefinitionsMerge) {
  Fixture f;
  Unit u = mainUnit(), v;
  SymbolId m = func(u, "main.main", {0xe8, 0, 0, 0, 0, 0xc3});
  SymbolId g = func(u, "p.G[int]", {0xc3}, object::kNoSplit | object::kDupOk);
  u.addReloc(m, {1, RelocKind::Call32, g, -4});
  func(v, "p.G[int]", {0xc3}, object::kNoSplit | object::kDupOk);
  f.addMain(u);
  f.addMain(v);
  EXPECT_EQ(f.link(), "");
}

TEST(Link, RefusesOtherFormats) {
  Fixture f;
  Unit u = mainUnit();
  func(u, "main.main", {0xc3});
  std::string good = object::writeObject(u);
  std::string path = tempPath("bad.o");
  f.options.objects = {path};
  std::string other = good;
  std::size_t meta = other.find("GANNETOB");
  ASSERT_NE(meta, std::string::npos);
  other[meta + 8] = 99;
  ASSERT_TRUE(writeFile(path, other));
  EXPECT_NE(f.link().find("bad.o: object is of format version 99"), std::string::npos);
  ASSERT_TRUE(writeFile(path, good.substr(0, good.size() / 2)));
  EXPECT_NE(f.link().find("bad.o: corrupt object"), std::string::npos);
  ASSERT_TRUE(writeFile(path, "hello"));
  EXPECT_NE(f.link().find("bad.o: corrupt object: "), std::string::npos);
}

TEST(Link, FingerprintsMustAgree) {
  Fixture f;
  Unit u = mainUnit(), v;
  func(u, "main.main", {0xc3});
  u.addImport("a/b", 1);
  v.setPackage("a/b");
  v.fingerprint = 2;
  f.addMain(u);
  f.addPackage("a/b", v);
  EXPECT_EQ(f.link(), "fingerprint mismatch: a/b has 0000000000000002, import from main expecting 0000000000000001");
}

TEST(Link, MissingPackage) {
  Fixture f;
  Unit u = mainUnit();
  func(u, "main.main", {0xc3});
  u.addImport("a/b", 0);
  f.addMain(u);
  EXPECT_EQ(f.link(), "cannot find package a/b (using -importcfg), imported by main");
}

TEST(Link, SameBytesAtAnyThreadCount) {
  std::string first;
  for (unsigned threads : {1u, 4u}) {
    Fixture f;
    Unit u = mainUnit();
    SymbolId m = func(u, "main.main", Bytes(5000, 0x90));
    for (int i = 0; i < 900; i++) {
      SymbolId g = func(u, "main.f" + std::to_string(i), {0xc3});
      u.addReloc(m, {std::uint32_t(5 * i), RelocKind::Call32, g, -4});
    }
    f.addMain(u);
    f.options.threads = threads;
    ASSERT_EQ(f.link(), "");
    std::string bytes = f.load().bytes;
    if (first.empty())
      first = bytes;
    else
      EXPECT_TRUE(bytes == first);
  }
}

// Zero variables, which a function names so that they stay.
class ZeroVariables {
public:
  ZeroVariables(Unit &unit, SymbolId user) : unit_(unit), user_(user) {}
  void add(const char *name, std::uint32_t flags, std::uint32_t align, std::uint64_t size) {
    unit_.defineZero(unit_.symbol(name), SymbolKind::NoPtrBss, flags, align, size);
    refer(name);
  }
  void refer(const char *name) {
    unit_.addReloc(user_, {std::exchange(at_, at_ + 4), RelocKind::PcRel32, unit_.symbol(name), -4});
  }

private:
  Unit &unit_;
  SymbolId user_;
  std::uint32_t at_ = 0;
};

// new gives the address of runtime.zerobase for what has no size.
TEST(Link, VariablesOfNoSizeAreAtZeroBase) {
  Fixture f;
  Unit u = mainUnit();
  ZeroVariables variables(u, func(u, "main.main", Bytes(24, 0x90)));
  variables.add("main.a", 0, 8, 8);
  variables.add("main.empty", 0, 1, 0);
  variables.add("runtime.zerobase", 0, 8, 8);
  variables.add("main.wide", 0, 64, 64);
  variables.add("main.empty2", 0, 16, 0);
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  EXPECT_EQ(p.symbols.at("main.empty"), p.symbols.at("runtime.zerobase"));
  EXPECT_EQ(p.symbols.at("main.empty2"), p.symbols.at("runtime.zerobase"));
}

// A program reads its counters of coverage as one array.
TEST(Link, CountersLieTogether) {
  Fixture f;
  Unit u = mainUnit();
  ZeroVariables variables(u, func(u, "main.main", Bytes(24, 0x90)));
  variables.add("main.counter0", object::kCoverageCounter, 4, 16);
  variables.add("main.other", 0, 4, 8);
  variables.add("main.counter1", object::kCoverageCounter, 4, 24);
  variables.add("main.another", 0, 4, 4);
  variables.refer("runtime.covctrs");
  variables.refer("runtime.ecovctrs");
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  EXPECT_EQ(p.symbols.at("main.counter0"), p.symbols.at("runtime.covctrs"));
  EXPECT_EQ(p.symbols.at("main.counter1"), p.symbols.at("runtime.covctrs") + 16);
  EXPECT_EQ(p.symbols.at("runtime.ecovctrs"), p.symbols.at("runtime.covctrs") + 40);
}

// Package internal/fuzz finds its counters between two variables of no size.
TEST(Link, FuzzCountersLieBetweenTheirBounds) {
  Fixture f;
  Unit u = mainUnit();
  ZeroVariables variables(u, func(u, "main.main", Bytes(24, 0x90)));
  variables.add("main.f..fuzz", object::kFuzzCounter, 1, 3);
  variables.add("internal/fuzz._ecounters", 0, 1, 0);
  variables.add("main.other", 0, 1, 1);
  variables.add("internal/fuzz._counters", 0, 1, 0);
  variables.add("main.g..fuzz", object::kFuzzCounter, 1, 5);
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  std::uint64_t first = p.symbols.at("internal/fuzz._counters");
  EXPECT_EQ(p.symbols.at("main.f..fuzz"), first);
  EXPECT_EQ(p.symbols.at("main.g..fuzz"), first + 3);
  EXPECT_EQ(p.symbols.at("internal/fuzz._ecounters"), first + 8);
}

TEST(Link, InitializationOrder) {
  Fixture f;
  auto task = [](Unit &u, const std::string &name, std::size_t size) {
    u.define(u.symbol(name), SymbolKind::NoPtrData, 0, 8, Bytes(size));
  };
  Unit u = mainUnit(), a, b, c;
  func(u, "main.main", {0xc3});
  task(u, "main..inittask", 16);
  u.addImport("b", 0);
  u.addImport("a", 0);
  a.setPackage("a");
  task(a, "a..inittask", 16);
  a.addImport("c", 0);
  b.setPackage("b"); // has no task, but stands between
  b.addImport("c", 0);
  c.setPackage("c");
  task(c, "c..inittask", 16);
  f.addMain(u);
  f.addPackage("a", a);
  f.addPackage("b", b);
  f.addPackage("c", c);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  std::uint64_t list = p.symbols.at("go:main.inittasks");
  EXPECT_EQ(p.value<std::uint64_t>(list), p.symbols.at("c..inittask"));
  EXPECT_EQ(p.value<std::uint64_t>(list + 8), p.symbols.at("a..inittask"));
  EXPECT_EQ(p.value<std::uint64_t>(list + 16), p.symbols.at("main..inittask"));
  EXPECT_EQ(p.value<std::uint64_t>(list + 24), 0u);
}

TEST(Link, NosplitChains) {
  Fixture f;
  Unit u = mainUnit();
  SymbolId m = func(u, "main.main", {0xe8, 0, 0, 0, 0, 0xc3});
  SymbolId g = func(u, "main.g", {0xc3});
  u.addReloc(m, {1, RelocKind::Call32, g, -4});
  setFrame(u, m, 400);
  setFrame(u, g, 300);
  f.addMain(u);
  EXPECT_EQ(f.link(), "");

  Fixture f2;
  Unit v = mainUnit();
  m = func(v, "main.main", {0xe8, 0, 0, 0, 0, 0xc3});
  g = func(v, "main.g", {0xc3});
  v.addReloc(m, {1, RelocKind::Call32, g, -4});
  setFrame(v, m, 400);
  setFrame(v, g, 400);
  f2.addMain(v);
  EXPECT_NE(f2.link().find("nosplit stack over 792 byte limit"), std::string::npos);
}

TEST(Link, SetsStrings) {
  Fixture f;
  Unit u = mainUnit();
  SymbolId m = func(u, "main.main", {0xc3});
  SymbolId v = u.symbol("main.version");
  u.defineZero(v, SymbolKind::Bss, 0, 8, 16);
  u[v].pointer_mask = {1};
  u[v].pointer_words = 2;
  u.addReloc(m, {0, RelocKind::Keep, v, 0});
  f.addMain(u);
  f.options.string_values = {{"main.version", "v1.2.3"}, {"main.none", "x"}};
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  std::uint64_t at = p.symbols.at("main.version");
  EXPECT_EQ(p.value<std::uint64_t>(at + 8), 6u);
  const char *text = p.at(p.value<std::uint64_t>(at));
  ASSERT_NE(text, nullptr);
  EXPECT_EQ(std::string(text, 6), "v1.2.3");
  // The bitmap of .data says that its first word is a pointer.
  std::uint64_t data = p.symbols.at("runtime.data");
  for (const elf::Shdr &h : p.sections())
    if (h.addr == data && h.size == 16) {
      EXPECT_EQ(at, data);
    }
}

// A type T with methods A and B, an interface I with A. Which of T's methods are kept?
struct Methods {
  Unit u = mainUnit();
  SymbolId main, type, iface, a, b, sig, name_a, name_b;

  Methods() {
    main = func(u, "main.main", {0xc3});
    a = func(u, "main.T.A", {0xc3});
    b = func(u, "main.T.B", {0xc3});
    sig = u.symbol("type:func()");
    u.define(sig, SymbolKind::TypeData, object::kDupOk, 8, Bytes(56));
    name_a = u.symbol("type:.namedata.A.");
    u.define(name_a, SymbolKind::TypeData, object::kDupOk, 1, {1, 1, 'A'});
    name_b = u.symbol("type:.namedata.B.");
    u.define(name_b, SymbolKind::TypeData, object::kDupOk, 1, {1, 1, 'B'});
    type = u.symbol("type:main.T");
    u.define(type, SymbolKind::TypeData, object::kMakeTypelink, 8, Bytes(48 + 16 + 32));
    std::uint32_t at = 64;
    for (auto [name, f] : {std::pair(name_a, a), std::pair(name_b, b)}) {
      u.addReloc(type, {at, RelocKind::TypeOff32, name, 0});
      u.addReloc(type, {at + 4, RelocKind::MethodOff32, sig, 0});
      u.addReloc(type, {at + 8, RelocKind::MethodOff32, f, 0});
      u.addReloc(type, {at + 12, RelocKind::MethodOff32, f, 0});
      at += 16;
    }
    iface = u.symbol("type:main.I");
    u.define(iface, SymbolKind::TypeData, 0, 8, Bytes(80 + 16 + 8));
    u.addReloc(iface, {56, RelocKind::Abs64, iface, 96});
    u.addReloc(iface, {96, RelocKind::TypeOff32, name_a, 0});
    u.addReloc(iface, {100, RelocKind::TypeOff32, sig, 0});
    u.addReloc(main, {0, RelocKind::Keep, type, 0});
    // Types have no entries in the symbol table.
    SymbolId addresses = u.symbol("main.addresses");
    u.define(addresses, SymbolKind::NoPtrData, 0, 8, Bytes(24));
    u.addReloc(addresses, {0, RelocKind::Abs64, type, 0});
    u.addReloc(addresses, {8, RelocKind::Abs64, name_a, 0});
    u.addReloc(addresses, {16, RelocKind::Abs64, sig, 0});
    u.addReloc(main, {0, RelocKind::Keep, addresses, 0});
  }
  // Gives main an itab of T for I, with both methods.
  void addItab() {
    SymbolId itab = u.symbol("go:itab.main.T,main.I");
    u.define(itab, SymbolKind::Itab, object::kDupOk, 8, Bytes(40));
    u.addReloc(itab, {0, RelocKind::Abs64, iface, 0});
    u.addReloc(itab, {8, RelocKind::Abs64, type, 0});
    u.addReloc(itab, {24, RelocKind::MethodAbs64, a, 0});
    u.addReloc(itab, {32, RelocKind::MethodAbs64, b, 0});
    u.addReloc(itab, {0, RelocKind::UseIface, type, 0});
    u.addReloc(main, {0, RelocKind::Keep, itab, 0});
  }
  Program link() {
    Fixture f;
    f.addMain(u);
    EXPECT_EQ(f.link(), "");
    return f.load();
  }
};

TEST(Link, MethodsOfATypeThatIsInNoInterface) {
  Methods m;
  m.u.addReloc(m.main, {0, RelocKind::UseIfaceMethod, m.iface, 0});
  Program p = m.link();
  EXPECT_FALSE(p.has("main.T.A"));
  EXPECT_FALSE(p.has("main.T.B"));
}

TEST(Link, MethodsCalledThroughInterfaces) {
  Methods m;
  m.u.addReloc(m.main, {0, RelocKind::UseIface, m.type, 0});
  m.u.addReloc(m.main, {0, RelocKind::UseIfaceMethod, m.iface, 0});
  Program p = m.link();
  EXPECT_TRUE(p.has("main.T.A"));
  EXPECT_FALSE(p.has("main.T.B"));
  std::uint64_t addresses = p.symbols.at("main.addresses"), types = p.symbols.at("runtime.types"),
                text = p.symbols.at("runtime.text");
  auto t = p.value<std::uint64_t>(addresses), name = p.value<std::uint64_t>(addresses + 8),
       signature = p.value<std::uint64_t>(addresses + 16);
  EXPECT_EQ(p.value<std::int32_t>(t + 64), std::int32_t(name - types));
  EXPECT_EQ(p.value<std::int32_t>(t + 68), std::int32_t(signature - types));
  EXPECT_EQ(p.value<std::int32_t>(t + 72), std::int32_t(p.symbols.at("main.T.A") - text));
  EXPECT_EQ(p.value<std::int32_t>(t + 88), -1);
}

TEST(Link, AnItabKeepsNoMethods) {
  Methods m;
  m.addItab();
  func(m.u, "runtime.unreachableMethod", {0xcc});
  m.u.addReloc(m.main, {0, RelocKind::UseIfaceMethod, m.iface, 0});
  Program p = m.link();
  EXPECT_TRUE(p.has("main.T.A"));
  EXPECT_FALSE(p.has("main.T.B"));
  std::uint64_t itab = p.symbols.at("go:itab.main.T,main.I");
  EXPECT_EQ(p.value<std::uint64_t>(itab + 24), p.symbols.at("main.T.A"));
  EXPECT_EQ(p.value<std::uint64_t>(itab + 32), p.symbols.at("runtime.unreachableMethod"));
}

TEST(Link, MethodsUnderReflection) {
  Methods m;
  m.u.addReloc(m.main, {0, RelocKind::UseIface, m.type, 0});
  m.u[m.main].flags |= object::kReflectMethod;
  Program p = m.link();
  EXPECT_TRUE(p.has("main.T.A"));
  EXPECT_TRUE(p.has("main.T.B"));
}

TEST(Link, MethodsByName) {
  Methods m;
  m.u.addReloc(m.main, {0, RelocKind::UseIface, m.type, 0});
  SymbolId name = m.u.contentSymbol("name.", SymbolKind::Rodata, 1, {'B'});
  m.u.addReloc(m.main, {0, RelocKind::UseNamedMethod, name, 0});
  Program p = m.link();
  EXPECT_FALSE(p.has("main.T.A"));
  EXPECT_TRUE(p.has("main.T.B"));
}

TEST(Link, PcLineTable) {
  Fixture f;
  Unit u = mainUnit();
  SymbolId m = func(u, "main.main", {0x90, 0x90, 0xc3});
  u[m].func->inline_tree.push_back({-1, "main.small", u.file("/src/y.go"), 11, 1, 20, object::FuncId::Normal});
  object::PcTable inl;
  inl.set(1, 0);
  u[m].func->pcinline = inl.finish(3);
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  std::uint64_t table = p.symbols.at("runtime.pclntab"), text = p.symbols.at("runtime.text");
  EXPECT_EQ(p.value<std::uint32_t>(table), 0xfffffff1u);
  EXPECT_EQ(p.value<std::uint8_t>(table + 6), 1);
  EXPECT_EQ(p.value<std::uint8_t>(table + 7), 8);
  std::uint64_t count = p.value<std::uint64_t>(table + 8);
  EXPECT_EQ(count, 2u);
  std::uint64_t names = table + p.value<std::uint64_t>(table + 32), units = table + p.value<std::uint64_t>(table + 40),
                files = table + p.value<std::uint64_t>(table + 48), tables = table + p.value<std::uint64_t>(table + 56),
                funcs = table + p.value<std::uint64_t>(table + 64);
  bool found = false;
  for (std::uint64_t i = 0; i < count; i++) {
    std::uint64_t record = funcs + p.value<std::uint32_t>(funcs + 8 * i + 4);
    EXPECT_EQ(p.value<std::uint32_t>(record), p.value<std::uint32_t>(funcs + 8 * i));
    if (std::string(p.at(names + p.value<std::uint32_t>(record + 4))) != "main.main")
      continue;
    found = true;
    EXPECT_EQ(text + p.value<std::uint32_t>(record), p.symbols.at("main.main"));
    std::uint64_t unit = units + 4 * p.value<std::uint32_t>(record + 32);
    EXPECT_EQ(std::string(p.at(files + p.value<std::uint32_t>(unit))), "/src/x.go");
    const char *lines = p.at(tables + p.value<std::uint32_t>(record + 24));
    EXPECT_EQ(object::pcValue({reinterpret_cast<const std::uint8_t *>(lines), 8}, 0), 7);
    EXPECT_EQ(p.value<std::uint32_t>(record + 28), 3u); // pcdata: 0, 1, inline tree
    EXPECT_EQ(p.value<std::uint8_t>(record + 43), 4u);  // funcdata: up to the inline tree
  }
  EXPECT_TRUE(found);
}

// Instances and their literals have the names of shapes in the table, and their own as symbols.
TEST(Link, NamesOfInstancesInThePcLineTable) {
  Fixture f;
  Unit u = mainUnit();
  SymbolId m = func(u, "main.main", {0xe8, 0, 0, 0, 0, 0xc3});
  u.addReloc(m, {1, RelocKind::Call32, func(u, "main.(*T[a/b.C]).M.func1", {0xc3}), -4});
  u[m].func->inline_tree.push_back({-1, "main.(*T[a/b.C]).M", u.file("/src/y.go"), 11, 1, 20, object::FuncId::Normal});
  u.addShownName("main.(*T[a/b.C]).M", "main.(*T[go.shape.int]).M");
  f.addMain(u);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  EXPECT_TRUE(p.has("main.(*T[a/b.C]).M.func1"));
  std::uint64_t table = p.symbols.at("runtime.pclntab"), names = table + p.value<std::uint64_t>(table + 32);
  std::string all(p.at(names), p.value<std::uint64_t>(table + 40) - p.value<std::uint64_t>(table + 32));
  EXPECT_NE(all.find(std::string("main.(*T[go.shape.int]).M\0", 26)), std::string::npos);
  EXPECT_NE(all.find(std::string("main.(*T[go.shape.int]).M.func1\0", 32)), std::string::npos);
  EXPECT_EQ(all.find("a/b.C"), std::string::npos);
}

// The module's atoms stand between the bounds that go:fipsinfo names, whatever package lies between; the checksum is over
// what -fipso shows.
TEST(Link, GathersTheFipsModule) {
  Fixture f;
  f.options.fips_object = tempPath("fips.o");
  Unit check, other = mainUnit();
  check.setPackage("crypto/internal/fips140/check");
  SymbolId info = check.symbol("go:fipsinfo");
  check.define(info, SymbolKind::Bss, 0, 8, {});
  check[info].size = 120;
  auto variable = [](Unit &u, std::string_view name, std::uint8_t value, std::uint32_t flags = 0) {
    SymbolId id = u.symbol(name);
    u.define(id, SymbolKind::NoPtrData, flags, 1, {value});
    return id;
  };
  SymbolId init = func(check, "crypto/internal/fips140/check.init", {0x90, 0xc3});
  std::int64_t at = 0;
  for (SymbolId v : {info, variable(check, "crypto/internal/fips140/check.a", 'a'), variable(check, "local", 'l', object::kLocal),
                     variable(check, "crypto/internal/fips140/check..inittask", 'i')})
    check.addReloc(init, {std::uint32_t(at++), RelocKind::Keep, v, 0});
  other.addImport("crypto/internal/fips140/check", 0);
  SymbolId m = func(other, "main.main", {0xc3});
  other.addReloc(m, {0, RelocKind::Keep, other.symbol("crypto/internal/fips140/check.init"), 0});
  f.addPackage("crypto/internal/fips140/check", check);
  f.addMain(other);
  ASSERT_EQ(f.link(), "");
  Program p = f.load();
  std::uint64_t there = p.symbols.at("go:fipsinfo");
  EXPECT_EQ(p.value<std::uint64_t>(there + 48), there);
  std::uint64_t text = p.value<std::uint64_t>(there + 56);
  EXPECT_EQ(text, p.symbols.at("crypto/internal/fips140/check.init"));
  EXPECT_EQ(p.value<std::uint64_t>(there + 64), text + 2);
  std::uint64_t data = p.value<std::uint64_t>(there + 88);
  EXPECT_EQ(data, p.symbols.at("crypto/internal/fips140/check.a"));
  EXPECT_EQ(std::string(p.at(data), p.value<std::uint64_t>(there + 96) - data), "al");
  std::string zeros(7, 0);
  EXPECT_EQ(*readFile(f.options.fips_object), "go fips object v1\n" + zeros + "\x02\x90\xc3" + zeros + std::string(1, 0) + zeros +
                                                  "\x02" "al" + zeros + std::string(1, 0));
}

TEST(Link, FunctionMainIsNeeded) {
  Fixture f;
  Unit u;
  u.setPackage("main");
  u.is_main = true;
  func(u, "_rt0_amd64_linux", {0xc3});
  f.addMain(u);
  EXPECT_EQ(f.link(), "runtime.main_main·f: function main is undeclared in the main package");
}

TEST(Link, FailureLeavesNoOutput) {
  Fixture f;
  f.options.output = tempPath("never");
  f.options.objects = {tempPath("does-not-exist.o")};
  EXPECT_NE(f.link(), "");
  EXPECT_FALSE(readFile(f.options.output));
}

} // namespace
} // namespace gannet::link
