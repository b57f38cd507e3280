#include "compiler/x86/jit_for_test.h"

#include "compiler/ssa/parse.h"
#include "compiler/x86/backend.h"

#include <cstring>
#include <sys/mman.h>

// void gannetTestCall(Registers *regs, void *code, void *g): loads the registers of ABIInternal, calls, stores them back.
extern "C" void gannetTestCall(void *regs, const void *code, void *g);
asm(R"(
  .text
  .globl gannetTestCall
gannetTestCall:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $520, %rsp
  movq %rdi, 512(%rsp)
  movq %rdx, %r14
  movq %rsi, %r12
  movq %rdi, %r13
  movq 0(%r13), %rax
  movq 8(%r13), %rbx
  movq 16(%r13), %rcx
  movq 24(%r13), %rdi
  movq 32(%r13), %rsi
  movq 40(%r13), %r8
  movq 48(%r13), %r9
  movq 56(%r13), %r10
  movq 64(%r13), %r11
  movsd 72(%r13), %xmm0
  movsd 80(%r13), %xmm1
  movsd 88(%r13), %xmm2
  movsd 96(%r13), %xmm3
  movsd 104(%r13), %xmm4
  movsd 112(%r13), %xmm5
  movq 192(%r13), %rdx
  xorps %xmm15, %xmm15
  callq *%r12
  movq 512(%rsp), %r13
  movq %rax, 0(%r13)
  movq %rbx, 8(%r13)
  movq %rcx, 16(%r13)
  movq %rdi, 24(%r13)
  movq %rsi, 32(%r13)
  movq %r8, 40(%r13)
  movq %r9, 48(%r13)
  movq %r10, 56(%r13)
  movq %r11, 64(%r13)
  movsd %xmm0, 72(%r13)
  movsd %xmm1, 80(%r13)
  movsd %xmm2, 88(%r13)
  movsd %xmm3, 96(%r13)
  movsd %xmm15, 192(%r13)
  addq $520, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
)");

namespace gannet::x86 {

static constexpr std::size_t kMemoryBytes = 4 << 20;
static_assert(offsetof(Registers, floats) == 72 && offsetof(Registers, closure) == 192);

Jit::Jit() {
  memory_ = static_cast<std::uint8_t *>(mmap(nullptr, kMemoryBytes, PROT_READ | PROT_WRITE | PROT_EXEC,
                                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0));
}
Jit::~Jit() { munmap(memory_, kMemoryBytes); }

bool Jit::compile(ssa::Func &f) {
  Encoder encoder;
  BackendOptions options;
  options.level = level;
  options.check_allocation = true;
  options.on_stage = [this](std::string_view stage, std::string text) { trace += std::string(stage) + "\n" + text; };
  return compileFunc(f, options, encoder, unit_, error_);
}

bool Jit::load(std::string_view ssa_text) {
  auto funcs = ssa::parse(ssa_text);
  if (!funcs) {
    error_ = funcs.error();
    return false;
  }
  for (auto &f : *funcs)
    if (!compile(*f))
      return false;
  return link();
}

bool Jit::link() {
  auto place = [&](std::size_t bytes, std::size_t align) {
    used_ = (used_ + align - 1) & ~(align - 1);
    std::uint8_t *at = memory_ + used_;
    used_ += bytes;
    return at;
  };
  // Undefined symbols: a jump to what stands for them, so that calls reach.
  for (std::uint32_t i = 0; i != unit_.symbolCount(); ++i) {
    const object::Symbol &sym = unit_[object::SymbolId(i)];
    std::string name(sym.name);
    if (sym.defined()) {
      std::uint8_t *at = place(std::max<std::size_t>(sym.size, 1), std::max<std::uint32_t>(sym.align, 16));
      std::memcpy(at, sym.bytes.data(), sym.bytes.size());
      addresses_[name] = reinterpret_cast<std::uint64_t>(at);
      continue;
    }
    std::uint8_t *at = place(32, 16);
    auto found = provided_.find(name);
    if (found == provided_.end()) {
      at[0] = 0x0f, at[1] = 0x0b; // undefined instruction
    } else {
      const std::uint8_t jump[] = {0x49, 0xbc}; // movabs $address, %r12; jmp *%r12
      std::memcpy(at, jump, 2);
      std::memcpy(at + 2, &found->second, 8);
      const std::uint8_t indirect[] = {0x41, 0xff, 0xe4};
      std::memcpy(at + 10, indirect, 3);
    }
    addresses_[name] = reinterpret_cast<std::uint64_t>(at);
  }
  for (std::uint32_t i = 0; i != unit_.symbolCount(); ++i) {
    const object::Symbol &sym = unit_[object::SymbolId(i)];
    auto base = addresses_[std::string(sym.name)];
    for (const object::Reloc &r : sym.relocs) {
      std::uint64_t target = addresses_[std::string(unit_[r.target].name)] + static_cast<std::uint64_t>(r.addend);
      auto *at = reinterpret_cast<std::uint8_t *>(base + r.offset);
      switch (r.kind) {
      case object::RelocKind::Abs64:
        std::memcpy(at, &target, 8);
        break;
      case object::RelocKind::Abs32:
      case object::RelocKind::Abs32S:
        std::memcpy(at, &target, 4);
        break;
      case object::RelocKind::PcRel32:
      case object::RelocKind::Call32: {
        auto distance = static_cast<std::int32_t>(target - (base + r.offset));
        std::memcpy(at, &distance, 4);
        break;
      }
      default:
        error_ = "relocation not known to the test";
        return false;
      }
    }
  }
  return true;
}

Registers Jit::call(std::string_view name, const Registers &args) {
  Registers regs = args;
  gannetTestCall(&regs, reinterpret_cast<const void *>(addresses_.find(name)->second), g_);
  return regs;
}

} // namespace gannet::x86
