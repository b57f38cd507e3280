// Compiles functions in SSA text and runs them in this process: code generation is tested without a linker or a runtime.
#ifndef GANNET_COMPILER_X86_JIT_FOR_TEST_H
#define GANNET_COMPILER_X86_JIT_FOR_TEST_H

#include "compiler/object/unit.h"
#include "compiler/ssa/func.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::x86 {

// The registers of ABIInternal, in its order.
struct Registers {
  std::uint64_t ints[9] = {};
  double floats[15] = {};
  std::uint64_t closure = 0;
};

class Jit {
public:
  Jit();
  ~Jit();
  Jit(const Jit &) = delete;

  // What an undefined symbol stands for.
  void provide(std::string_view name, void *address) { provided_[std::string(name)] = address; }
  // Defines a symbol with those bytes.
  void data(std::string_view name, std::span<const std::uint8_t> bytes) {
    unit_.define(unit_.symbol(name), object::SymbolKind::Rodata, object::kDupOk, 8, {bytes.begin(), bytes.end()});
  }
  // Compiles the functions of the text and loads them; the last error otherwise.
  bool load(std::string_view ssa_text);
  // The same for functions already built.
  bool compile(ssa::Func &f);
  bool link();

  // Runs on a stack of its own whose guard is far; `stack_bytes` of it are free before morestack is called.
  Registers call(std::string_view name, const Registers &args);
  std::uint64_t callInts(std::string_view name, std::initializer_list<std::uint64_t> args) {
    Registers r;
    std::size_t i = 0;
    for (std::uint64_t a : args)
      r.ints[i++] = a;
    return call(name, r).ints[0];
  }

  const object::Unit &unit() const { return unit_; }
  const std::string &error() const { return error_; }
  std::string trace;
  unsigned level = 1; // of the architecture (GOAMD64) that is compiled for

private:
  object::Unit unit_;
  std::map<std::string, void *, std::less<>> provided_;
  std::map<std::string, std::uint64_t, std::less<>> addresses_;
  std::uint8_t *memory_ = nullptr;
  std::size_t used_ = 0;
  std::uint64_t g_[64] = {};
  std::string error_;
};

} // namespace gannet::x86

#endif
