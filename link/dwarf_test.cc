// What the linker writes for debuggers, by the bytes of the sections. (tests/debugging asks a debugger.)
#include "link/dwarf_locations.h"
#include "link/link.h"
#include "link/unit_for_test.h"

#include "compiler/base/file.h"
#include "compiler/object/elf.h"
#include "compiler/object/unit.h"
#include "compiler/object/writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

namespace gannet::link {
namespace {

using object::DebugKind;
using object::DebugTypeId;
using object::SymbolKind;

std::string tempPath(const std::string &name) {
  const char *dir = std::getenv("TEST_TMPDIR");
  return std::string(dir ? dir : "/tmp") + "/" + name;
}

// A program of one function that has a parameter and an inlined call, and of one variable that is used.
void fill(object::Unit &u) {
  u.setPackage("main");
  u.is_main = true;
  object::SymbolId status = u.symbol("main.status");
  u.define(status, SymbolKind::NoPtrData, 0, 1, {42});
  object::SymbolId start = func(u, "_rt0_amd64_linux", {0xe8, 0, 0, 0, 0, 0x0f, 0xb6, 0x3d, 0, 0, 0, 0, 0xc3});
  u.addReloc(start, {1, object::RelocKind::Call32, u.symbol("main.main"), -4});
  u.addReloc(start, {8, object::RelocKind::PcRel32, status, -4});
  object::SymbolId main = func(u, "main.main", {0x90, 0x90, 0x90, 0xc3});
  object::FuncRecord &record = *u[main].func;
  record.inline_tree.push_back({.name = "main.inlined", .line = 8, .start_line = 3});
  object::PcTable inlined;
  inlined.set(0, -1);
  inlined.set(1, 0);
  inlined.set(2, -1);
  record.pcinline = inlined.finish(4);
  u.debug.types.push_back({.name = "main.Level", .kind = DebugKind::Uint8, .declared = true, .size_bytes = 1});
  u.debug.types.push_back({.name = "[]main.Level", .kind = DebugKind::Slice, .size_bytes = 24, .elem = DebugTypeId(0)});
  u.debug.types.push_back({.name = "main.Unused", .kind = DebugKind::Struct, .declared = true});
  u.debug.globals.push_back({"main.status", DebugTypeId(0)});
  u.debug.globals.push_back({"main.gone", DebugTypeId(0)});
  u.debug.constants.push_back({"main.Low", DebugTypeId(0), -3});
  record.variables.push_back({.name = "levels", .type = DebugTypeId(1), .role = object::DebugVariable::Role::Param,
                              .place = object::DebugVariable::Place::Frame, .line = 7, .cfa_offset = 8});
  // Of the inlined call: a parameter, a variable of a block without code, and one that is optimized out.
  record.variables.push_back({.name = "given", .type = DebugTypeId(0), .role = object::DebugVariable::Role::Param,
                              .place = object::DebugVariable::Place::Frame, .line = 3, .cfa_offset = 16, .call = 1});
  record.variables.push_back({.name = "vanished", .type = DebugTypeId(0), .line = 4, .call = 1, .scope = 1});
  record.variables.push_back({.name = "away", .type = DebugTypeId(0), .line = 5, .call = 1});
  record.scopes.push_back({.call = 1});
}

struct Linked {
  std::string error;
  std::string bytes;

  // A section's contents, and its header's flags.
  std::string section(std::string_view name, std::uint64_t *flags = nullptr) const {
    elf::Ehdr e;
    std::memcpy(&e, bytes.data(), sizeof e);
    std::vector<elf::Shdr> all(e.shnum);
    std::memcpy(all.data(), bytes.data() + e.shoff, all.size() * sizeof(elf::Shdr));
    for (const elf::Shdr &h : all)
      if (name == bytes.data() + all[e.shstrndx].offset + h.name) {
        if (flags)
          *flags = h.flags;
        return bytes.substr(h.offset, h.size);
      }
    return {};
  }
};

Linked linked(const object::Unit &u, void (*change)(Options &)) {
  Options options;
  options.output = tempPath("prog");
  options.objects.push_back(tempPath("main.o"));
  EXPECT_TRUE(object::writeObjectFile(u, options.objects[0]));
  change(options);
  Linked out;
  if (auto done = linkProgram(options); !done)
    out.error = done.error();
  else if (auto text = readFile(options.output))
    out.bytes = *text;
  return out;
}

TEST(Dwarf, NamesWhatIsUsed) {
  object::Unit u;
  fill(u);
  Linked p = linked(u, [](Options &o) { o.compress_dwarf = DwarfCompression::None; });
  ASSERT_EQ(p.error, "");
  std::string info = p.section(".debug_info");
  for (std::string_view name : {"main.main", "main.inlined", "given", "away", "levels", "[]main.Level", "main.Level", "uint8", "main.status", "main.Low", "array"})
    EXPECT_NE(info.find(std::string(name) + '\0'), std::string::npos) << name;
  for (std::string_view name : {"main.Unused", "main.gone", "vanished"})
    EXPECT_EQ(info.find(std::string(name) + '\0'), std::string::npos) << name;
}

TEST(Dwarf, IsCompressedUnlessItGrows) {
  object::Unit u;
  fill(u);
  Linked plain = linked(u, [](Options &o) { o.compress_dwarf = DwarfCompression::None; });
  Linked packed = linked(u, [](Options &) {});
  ASSERT_EQ(plain.error + packed.error, "");
  std::uint64_t flags = 0;
  std::string info = packed.section(".debug_info", &flags);
  ASSERT_TRUE(flags & elf::kShfCompressed);
  std::uint64_t header[3];
  std::memcpy(header, info.data(), sizeof header);
  EXPECT_EQ(header[0], elf::kCompressZstd);
  EXPECT_EQ(header[1], plain.section(".debug_info").size());
  packed.section(".debug_rnglists", &flags);
  EXPECT_FALSE(flags & elf::kShfCompressed); // a few bytes
}

TEST(Dwarf, LengthTakesTheBytesThatItNeeds) {
  for (std::size_t length : {0x7f, 0x80}) {
    DwarfBytes out;
    out.u8(1);
    const std::size_t start = out.openSized();
    for (std::size_t i = 0; i < length; i++)
      out.u8('x');
    out.closeSized(start);
    EXPECT_EQ(out.view(), (length < 0x80 ? "\x01\x7f" : "\x01\x80\x01") + std::string(length, 'x'));
  }
}

TEST(Dwarf, LocationListNamesPiecesByRange) {
  object::DebugVariable v{.name = "s", .place = object::DebugVariable::Place::Moves, .size_bytes = 16};
  v.locations = {{0, 9, 0, 8, object::DebugLocation::Kind::Register, 0}, {4, 9, 8, 8, object::DebugLocation::Kind::Frame, -16}};
  DwarfBytes out;
  LocationListWriter().write(out, v, 0x1122);
  EXPECT_EQ(out.view(), std::string("\x06\x22\x11\0\0\0\0\0\0"            // base address
                                  "\x04\0\x04\x05\x50\x93\x08\x93\x08"   // 0..4: RAX, then nothing
                                  "\x04\x04\x09\x07\x50\x93\x08\x91\x70\x93\x08\0", // 4..9: RAX, then the frame
                                  30));
}

TEST(Dwarf, PointerInRegisterIsFollowed) {
  object::DebugVariable v{.name = "p", .place = object::DebugVariable::Place::MovesIndirect, .size_bytes = 8};
  v.locations = {{1, 2, 0, 8, object::DebugLocation::Kind::Register, 3}};
  DwarfBytes out;
  LocationListWriter().write(out, v, 0);
  EXPECT_EQ(out.view().substr(9), std::string("\x04\x01\x02\x02\x73\0\0", 7));
}

TEST(Dwarf, ConstantPartIsAnExpression) {
  object::DebugVariable v{.name = "s", .place = object::DebugVariable::Place::Moves, .size_bytes = 16};
  v.locations = {{0, 9, 8, 8, object::DebugLocation::Kind::Constant, -2}};
  ASSERT_TRUE(isConstant(v));
  DwarfBytes out;
  writeConstant(out, v);
  EXPECT_EQ(out.view(), std::string("\x93\x08\x11\x7e\x9f\x93\x08")); // eight bytes of nothing, then -2
  v.locations.push_back({0, 9, 0, 8, object::DebugLocation::Kind::Frame, -16});
  EXPECT_FALSE(isConstant(v));
}

TEST(Dwarf, IsLeftOutOnDemand) {
  object::Unit u;
  fill(u);
  for (auto change : {+[](Options &o) { o.strip_dwarf = true; }, +[](Options &o) { o.strip_symbols = true; }}) {
    Linked p = linked(u, change);
    ASSERT_EQ(p.error, "");
    EXPECT_EQ(p.section(".debug_info"), "");
  }
}

TEST(Dwarf, RefusesTypesThatAreNotThere) {
  object::Unit u;
  fill(u);
  u.debug.globals.push_back({"main.status", DebugTypeId(9)});
  EXPECT_NE(linked(u, [](Options &) {}).error.find("main.o: corrupt object: debug information"), std::string::npos);
}

} // namespace
} // namespace gannet::link
