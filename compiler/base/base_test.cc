#include "compiler/base/arena.h"
#include "compiler/base/diagnostics.h"
#include "compiler/base/file.h"
#include "compiler/base/interner.h"
#include "compiler/base/little_endian.h"
#include "compiler/base/name_table.h"
#include "compiler/base/parallel.h"
#include "compiler/base/reused_list.h"
#include "compiler/base/source.h"
#include "compiler/base/symbol_path.h"

#include "gtest/gtest.h"

#include <atomic>
#include <cstdlib>
#include <unistd.h>

namespace gannet {
namespace {

TEST(Source, LineDirectivesShiftWhatIsShown) {
  SourceSet sources;
  std::uint16_t f = sources.addFile("a.go", "");
  sources.addLineDirective(Pos{f, 1, 10}, "b.y", 100, 0);
  EXPECT_EQ(sources.str(Pos{f, 4, 9}), "a.go:9:4");
  EXPECT_EQ(sources.str(Pos{f, 4, 12}), "b.y:102");
  EXPECT_EQ(sources.str(Pos{}), "<unknown position>");
}

TEST(Diagnostics, AreSortedDeduplicatedAndLimited) {
  SourceSet sources;
  std::uint16_t f = sources.addFile("a.go", "");
  Diagnostics sink;
  sink.error(Pos{f, 1, 3}, "third");
  sink.error(Pos{f, 1, 1}, "first");
  sink.error(Pos{f, 1, 1}, "first");
  sink.error(Pos{f, 1, 2}, "second");
  EXPECT_EQ(sink.render(sources, 0), "a.go:1:1: first\na.go:2:1: second\na.go:3:1: third\n");
  EXPECT_EQ(sink.render(sources, 4), sink.render(sources, 0));
  // Those reported before it stops.
  EXPECT_EQ(sink.render(sources, 2), "a.go:1:1: first\na.go:3:1: third\na.go:1:1: too many errors\n");
}

TEST(ReusedList, KeepsTheMemoryOfWhatLiesBehindItsEnd) {
  ReusedList<std::vector<int>> list;
  list.resize(2);
  list[1].assign(100, 1);
  const int *memory = list[1].data();
  list.resize(1);
  EXPECT_EQ(list.view().size(), 1u);
  list.resize(2);
  EXPECT_EQ(list[1].data(), memory);
}

TEST(NameTable, FindsWhatWasInsertedWhileItGrows) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i)
    names.push_back("name" + std::to_string(i));
  NameTable<int> table;
  EXPECT_EQ(table.find("name0"), nullptr);
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(table.insert(names[i], i).second);
  auto [value, fresh] = table.insert("name7", -1);
  EXPECT_FALSE(fresh);
  EXPECT_EQ(*value, 7);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(*table.find(names[i]), i);
  EXPECT_EQ(table.find("name1000"), nullptr);
  EXPECT_EQ(table.size(), 1000u);
}

TEST(Interner, GivesOneAddress) {
  Interner names;
  std::string a = "name", b = "name";
  EXPECT_EQ(names.intern(a).data(), names.intern(b).data());
}

TEST(Arena, HandsOutAlignedStableMemory) {
  Arena arena;
  for (int i = 0; i < 1000; ++i) {
    auto *p = arena.make<std::uint64_t>(std::uint64_t(i));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % 8, 0u);
    EXPECT_EQ(*p, static_cast<std::uint64_t>(i));
    arena.allocate(3, 1);
  }
}

TEST(Parallel, VisitsEachItemOnce) {
  std::vector<std::atomic<int>> seen(1000);
  parallelFor(seen.size(), 4, [&](std::size_t i, unsigned) { ++seen[i]; });
  for (auto &s : seen)
    EXPECT_EQ(s.load(), 1);
}

TEST(File, FailedWriteLeavesNothing) {
  EXPECT_FALSE(writeFile("/nonexistent-folder/x", "text"));
  std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/f";
  const std::string_view pieces[] = {"te", "", "xt"};
  ASSERT_TRUE(writeFile(path, pieces));
  auto back = readFile(path);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, "text");
}

TEST(LittleEndian, AppendsTheLowestBytes) {
  std::string out = "x";
  appendLe(out, 0x1122334455667788, 3);
  EXPECT_EQ(out, "x\x88\x77\x66");
}

TEST(SymbolPath, EscapesInTheLastElement) {
  EXPECT_EQ(pathInSymbols("gopkg.in/yaml.v3"), "gopkg.in/yaml%2ev3");
  EXPECT_EQ(pathInSymbols("fmt"), "fmt");
}

} // namespace
} // namespace gannet
