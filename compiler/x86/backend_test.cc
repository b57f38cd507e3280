// Functions in SSA text, compiled and run.
#include "compiler/x86/backend.h"
#include "compiler/x86/jit_for_test.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace gannet::x86 {
namespace {

#define LOAD(jit, text) ASSERT_TRUE(jit.load(text)) << jit.error()

TEST(Backend, Arithmetic) {
  Jit jit;
  LOAD(jit, R"(
func "f" internal(i64, i64) -> (i64) {
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = arg [1]
  v3: i64 = add v1, v2
  v4: i64 = const [3]
  v5: i64 = mul v3, v4
  v6: i64 = sub v5, v1
  ret v6, v0
}
)");
  EXPECT_EQ(jit.callInts("f", {10, 7}), (10u + 7) * 3 - 10);
}

TEST(Backend, Loop) {
  Jit jit;
  LOAD(jit, R"(
func "sum" internal(i64) -> (i64) {
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = const [0]
  v3: i64 = const [1]
  -> b1
b1: <- b0, b2
  v4: i64 = phi v2, v8
  v5: i64 = phi v2, v7
  v6: bool = lt v5, v1
  if v6 -> b2, b3
b2:
  v7: i64 = add v5, v3
  v8: i64 = add v4, v5
  -> b1
b3:
  ret v4, v0
}
)");
  EXPECT_EQ(jit.callInts("sum", {100}), 4950u) << listing(jit.unit(), jit.unit().find("sum"));
}

TEST(Backend, RecursionSpillsAcrossCalls) {
  Jit jit;
  LOAD(jit, R"(
func "fib" internal(i64) -> (i64) {
  call c0 = "fib" internal(i64) -> (i64)
b0:
  v0: mem = initmem
  v1: i64 = arg [0]
  v2: i64 = const [2]
  v3: bool = lt v1, v2
  if v3 -> b1, b2
b1:
  ret v1, v0
b2:
  v4: i64 = const [1]
  v5: i64 = sub v1, v4
  v6: tuple = call v5, v0 c0
  v7: i64 = select v6 [0]
  v8: mem = select v6 [1]
  v9: i64 = sub v1, v2
  v10: tuple = call v9, v8 c0
  v11: i64 = select v10 [0]
  v12: mem = select v10 [1]
  v13: i64 = add v7, v11
  ret v13, v12
}
)");
  EXPECT_EQ(jit.callInts("fib", {20}), 6765u) << listing(jit.unit(), jit.unit().find("fib"));
}

} // namespace
} // namespace gannet::x86
