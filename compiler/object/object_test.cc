#include "compiler/object/debug_codec.h"
#include "compiler/object/reader.h"
#include "compiler/object/writer.h"

#include <gtest/gtest.h>

namespace gannet::object {
namespace {

// Objects are mapped page-aligned in use; a copy in a test must be aligned too.
struct Aligned {
  explicit Aligned(const std::string &s) : words(s.size() / 8 + 1) { std::copy(s.begin(), s.end(), data()); size = s.size(); }
  char *data() { return reinterpret_cast<char *>(words.data()); }
  std::string_view view() { return {data(), size}; }
  std::vector<std::uint64_t> words;
  std::size_t size;
};

std::string sample() {
  Unit u;
  u.setPackage("p");
  u.fingerprint = 42;
  u.addImport("fmt", 7);
  SymbolId f = u.symbol("p.F"), g = u.symbol("fmt.Println"), t = u.symbol("type:p.T"), v = u.symbol("p.v"),
           l = u.localSymbol("p.static");
  u.define(f, SymbolKind::Text, kNoSplit, 32, {0xe8, 0, 0, 0, 0, 0xc3});
  u.addReloc(f, {1, RelocKind::Call32, g, -4});
  u.addReloc(f, {0, RelocKind::UseIface, t, 0});
  auto rec = std::make_unique<FuncRecord>();
  rec->args_bytes = 16;
  rec->frame_bytes = 24;
  rec->start_line = 3;
  PcTable line;
  line.set(0, 3);
  line.set(5, 4);
  rec->pcline = line.finish(6);
  PcTable file;
  file.set(0, std::int32_t(u.file("p.go")));
  rec->pcfile = file.finish(6);
  rec->pcdata.resize(2);
  rec->pcdata[1] = {0, 6, 0};
  rec->funcdata = {SymbolId(), l};
  rec->inline_tree.push_back({-1, "p.g", 0, 9, 2, 8, FuncId::Normal});
  u[f].func = std::move(rec);
  u.define(t, SymbolKind::TypeData, kDupOk, 8, std::vector<std::uint8_t>(48));
  u.addReloc(t, {40, RelocKind::TypeOff32, l, 0});
  u.addReloc(t, {24, RelocKind::Abs64, f, 0});
  u.defineZero(v, SymbolKind::Bss, 0, 8, 64);
  u[v].pointer_mask = {1};
  u[v].pointer_words = 2;
  u.define(l, SymbolKind::FuncData, 0, 4, {1, 2, 3});
  u.addShownName("p.h[int]", "p.h[go.shape.int]");
  return writeObject(u);
}

TEST(PcTable, RoundTrip) {
  PcTable t;
  t.set(0, 8);
  t.set(5, 8);
  t.set(9, -3);
  t.set(9, 40);
  auto bytes = t.finish(20);
  EXPECT_EQ(pcValue(bytes, 0), 8);
  EXPECT_EQ(pcValue(bytes, 8), 8);
  EXPECT_EQ(pcValue(bytes, 9), 40);
  EXPECT_EQ(pcValue(bytes, 19), 40);
  EXPECT_EQ(pcValue(bytes, 20), -1);
}

TEST(PcTable, StartsWithMinusOne) {
  PcTable t;
  t.set(4, 1);
  EXPECT_EQ(t.finish(6), (std::vector<std::uint8_t>{0, 4, 4, 2, 0}));
  PcTable none;
  none.set(0, -1);
  EXPECT_TRUE(none.finish(6).empty());
}

TEST(StackObjects, EqualMasksAreWrittenOnce) {
  const StackObject objects[] = {{-32, 16, {0b01}}, {-16, 8, {0b1}}, {-8, 8, {0b0}}};
  EXPECT_EQ(encodeStackObjects(objects), (std::vector<std::uint8_t>{
                                             3,    0,    0,    0,                                            //
                                             0xe0, 0xff, 0xff, 0xff, 16, 0, 0, 0, 1, 0, 0, 0, 52, 0, 0, 0, //
                                             0xf0, 0xff, 0xff, 0xff, 8,  0, 0, 0, 1, 0, 0, 0, 52, 0, 0, 0, //
                                             0xf8, 0xff, 0xff, 0xff, 8,  0, 0, 0, 0, 0, 0, 0, 53, 0, 0, 0, //
                                             1,    0,
                                         }));
}

TEST(Object, RoundTrip) {
  Aligned file(sample());
  auto got = ObjectFile::parse("p.o", file.view());
  ASSERT_TRUE(got) << got.error();
  ObjectFile &o = **got;
  EXPECT_EQ(o.packagePath(), "p");
  EXPECT_EQ(o.fingerprint(), 42u);
  ASSERT_EQ(o.imports().size(), 1u);
  EXPECT_EQ(o.imports()[0].path, "fmt");
  auto find = [&](std::string_view name) -> const ObjectSymbol & {
    for (const auto &s : o.symbols())
      if (s.name == name)
        return s;
    ADD_FAILURE() << name;
    return o.symbols()[0];
  };
  const ObjectSymbol &f = find("p.F");
  EXPECT_EQ(f.kind, SymbolKind::Text);
  EXPECT_EQ(f.bytes.size(), 6u);
  ASSERT_EQ(o.relocs(f).size(), 2u);
  EXPECT_EQ(o.relocs(f)[0].kind, RelocKind::Call32);
  EXPECT_EQ(o.relocs(f)[0].addend, -4);
  EXPECT_EQ(o.symbols()[o.relocs(f)[0].target.raw].name, "fmt.Println");
  EXPECT_EQ(o.relocs(f)[1].kind, RelocKind::UseIface);
  FuncView v = o.func(f);
  EXPECT_EQ(v.args_bytes, 16u);
  EXPECT_EQ(pcValue(v.pcline, 5), 4);
  ASSERT_EQ(v.funcdata.size(), 2u);
  EXPECT_FALSE(v.funcdata[0].valid());
  EXPECT_EQ(o.symbols()[v.funcdata[1].raw].name, "p.static");
  ASSERT_EQ(v.inline_tree.size(), 1u);
  EXPECT_EQ(v.inline_tree[0].name, "p.g");
  ASSERT_EQ(o.shownNames().size(), 1u);
  EXPECT_EQ(o.shownNames()[0].name, "p.h[int]");
  EXPECT_EQ(o.shownNames()[0].shown, "p.h[go.shape.int]");
  EXPECT_EQ(find("p.v").size, 64u);
  EXPECT_EQ(find("p.v").pointer_words, 2u);
  EXPECT_EQ(o.relocs(find("type:p.T")).size(), 2u);
}

TEST(Object, Deterministic) { EXPECT_EQ(sample(), sample()); }

// Any truncation and any flipped byte is refused or read, never a crash.
TEST(Object, Corruption) {
  std::string good = sample();
  for (std::size_t n = 0; n < good.size(); n++) {
    Aligned cut(good.substr(0, n));
    EXPECT_FALSE(ObjectFile::parse("cut.o", cut.view())) << n;
  }
  for (std::size_t i = 0; i < good.size(); i++)
    for (int bit : {0, 3, 7}) {
      Aligned bad(good);
      bad.data()[i] ^= char(1 << bit);
      auto got = ObjectFile::parse("bad.o", bad.view());
      if (!got) {
        EXPECT_NE(got.error().find("bad.o: "), std::string::npos);
      }
    }
}

TEST(Unit, AppendMergesAndRenumbers) {
  Unit all, part;
  all.file("a.go");
  SymbolId g = all.symbol("p.G");
  part.file("b.go");
  SymbolId f = part.symbol("p.F");
  part.define(f, SymbolKind::Text, 0, 16, {0xc3});
  part.addReloc(f, {0, RelocKind::Keep, part.symbol("p.G"), 0});
  part[f].func = std::make_unique<FuncRecord>();
  PcTable file;
  file.set(0, 0);
  part[f].func->pcfile = file.finish(1);
  all.append(std::move(part));
  const Symbol &s = all[all.find("p.F")];
  ASSERT_TRUE(s.defined());
  EXPECT_EQ(s.relocs[0].target, g);
  EXPECT_EQ(pcValue(s.func->pcfile, 0), 1);
}

TEST(DebugInfo, ComesBack) {
  DebugInfo info;
  info.types.push_back({.name = "int", .kind = DebugKind::Int, .size_bytes = 8});
  info.types.push_back({.name = "p.T", .kind = DebugKind::Struct, .declared = true, .size_bytes = 16,
                        .fields = {{"a", DebugTypeId(0), 0, false}, {"B", DebugTypeId(2), 8, true}}});
  info.types.push_back({.name = "*q.X", .kind = DebugKind::Pointer, .size_bytes = 8, .elem = DebugTypeId(3)});
  info.types.push_back({.name = "q.X", .declared = true}); // described elsewhere
  info.globals.push_back({"p.v", DebugTypeId(1)});
  info.constants.push_back({"p.c", DebugTypeId(0), -5});
  std::vector<std::uint8_t> bytes = encodeDebugInfo(info);
  DebugInfo back;
  ASSERT_TRUE(decodeDebugInfo(bytes, back));
  ASSERT_EQ(back.types.size(), 4u);
  EXPECT_EQ(back.types[1].name, "p.T");
  ASSERT_EQ(back.types[1].fields.size(), 2u);
  EXPECT_EQ(back.types[1].fields[1].offset, 8u);
  EXPECT_TRUE(back.types[1].fields[1].embedded);
  EXPECT_EQ(back.types[2].elem, DebugTypeId(3));
  EXPECT_EQ(back.types[3].kind, DebugKind::External);
  EXPECT_EQ(back.globals[0].symbol, "p.v");
  ASSERT_EQ(back.constants.size(), 1u);
  EXPECT_EQ(back.constants[0].symbol, "p.c");
  EXPECT_EQ(back.constants[0].value, -5);
  for (std::size_t n = 1; n < bytes.size(); ++n) {
    DebugInfo part;
    EXPECT_FALSE(decodeDebugInfo({bytes.data(), n}, part)) << n;
  }
}

TEST(DebugInfo, VariablesNameTypesThatAreThere) {
  std::vector<DebugVariable> variables = {
      {.name = "x", .type = DebugTypeId(0), .role = DebugVariable::Role::Param, .place = DebugVariable::Place::Frame,
       .line = 3, .cfa_offset = -24},
      {.name = "err", .type = DebugTypeId(1), .role = DebugVariable::Role::Result}};
  variables.push_back({.name = "s", .type = DebugTypeId(0), .place = DebugVariable::Place::Moves, .size_bytes = 16});
  variables[2].locations = {{4, 9, 0, 8, DebugLocation::Kind::Register, 3}, {2, 70, 8, 8, DebugLocation::Kind::Frame, -40}};
  variables.push_back({.name = "m", .type = DebugTypeId(1), .role = DebugVariable::Role::Param, .call = 1, .scope = 3});
  variables[1].scope = 2;
  const std::vector<DebugScope> scopes = {
      {.ranges = {{1, 9}, {12, 20}}}, {.parent = 1, .ranges = {{3, 4}}}, {.call = 1, .ranges = {{5, 6}}}};
  std::vector<std::uint8_t> bytes = encodeVariables(variables, scopes);
  FunctionVariables read;
  ASSERT_TRUE(read.decode(bytes, 2, 1));
  const auto back = read.variables();
  const auto blocks = read.scopes();
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_EQ(blocks[0].ranges, scopes[0].ranges);
  EXPECT_EQ(blocks[1].parent, 1u);
  EXPECT_EQ(back[1].scope, 2u);
  EXPECT_EQ(back[0].scope, 0u);
  ASSERT_EQ(back.size(), 4u);
  EXPECT_EQ(back[3].call, 1u);
  EXPECT_EQ(back[3].role, DebugVariable::Role::Param);
  EXPECT_EQ(blocks[2].call, 1u);
  ASSERT_EQ(back[2].locations.size(), 2u);
  EXPECT_EQ(back[2].locations[1].from, 2u);
  EXPECT_EQ(back[2].locations[1].to, 70u);
  EXPECT_EQ(back[2].locations[1].place, -40);
  EXPECT_EQ(back[2].locations[0].kind, DebugLocation::Kind::Register);
  EXPECT_EQ(back[0].cfa_offset, -24);
  EXPECT_EQ(back[1].place, DebugVariable::Place::None);
  EXPECT_FALSE(read.decode(bytes, 1, 1));
  EXPECT_TRUE(read.variables().empty() && read.scopes().empty());
  EXPECT_FALSE(read.decode(encodeVariables(variables, {}), 2, 1)); // a block that is not there
  EXPECT_FALSE(read.decode(bytes, 2, 0)); // an inlined call that is not there
  variables[3].scope = 1;
  EXPECT_FALSE(read.decode(encodeVariables(variables, scopes), 2, 1)); // a block of another function
  EXPECT_TRUE(encodeVariables({}, {}).empty());
}

} // namespace
} // namespace gannet::object
