// What -live tells of functions in SSA text.
#include "compiler/ssa/parse.h"
#include "compiler/x86/backend.h"

#include <gtest/gtest.h>

namespace gannet::x86 {
namespace {

std::vector<std::string> told(std::string_view text, const ssa::LiveNames &names) {
  auto funcs = ssa::parse(text);
  EXPECT_TRUE(funcs) << funcs.error();
  std::vector<ssa::Remark> remarks;
  BackendOptions options;
  options.remarks = &remarks;
  options.live_names = &names;
  Encoder encoder;
  object::Unit unit;
  std::string error;
  for (auto &f : *funcs)
    EXPECT_TRUE(compileFunc(*f, options, encoder, unit, error)) << error;
  std::vector<std::string> out;
  for (const ssa::Remark &r : remarks)
    out.push_back(r.message);
  return out;
}

constexpr std::string_view kFunc = R"(
func "example.com/p.(*T).F" internal(ptr t0, ptr t0) -> () {
  layout t0 = 8/8 ptrs 8 mask 1
  local l0 = auto "x" t0 addrtaken
  call c0 = "example.com/p.g" internal(ptr) -> ()
  call c1 = "runtime.h" internal() -> ()
b0:
  v0: mem = initmem
  v1: ptr = arg [0]
  v2: ptr = arg [1]
  v3: ptr = localaddr l0
  v4: mem = store v3, v1, v0
  v5: tuple = call v3, v4 c0
  v6: mem = select v5 [0]
  v7: tuple = call v1, v6 c0
  v8: mem = select v7 [0]
  v9: tuple = call v8 c1
  v10: mem = select v9 [0]
  ret v10
}
)";

// The argument that is used behind the first call lives across it, and the variable whose address is given away is an object. The
// argument that nothing reads lives nowhere; what lives across no call is not told.
TEST(LiveReport, NamesWhatLives) {
  const std::vector<std::string> expected = {"live at entry to (*T).F: a", "live at call to g: a", "stack object x *int"};
  EXPECT_EQ(told(kFunc, {.params = {"a", "b"}, .local_types = {"*int"}, .parts = {}}), expected);
}

// Without names the values are the compiler's own.
TEST(LiveReport, NumbersWhatHasNoName) {
  const std::vector<std::string> out = told(kFunc, {});
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].substr(0, out[0].rfind('_') + 1), "live at call to g: .autotmp_");
  EXPECT_EQ(out[1], "stack object x");
}

} // namespace
} // namespace gannet::x86
