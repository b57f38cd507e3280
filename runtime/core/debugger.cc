// What only debuggers read, as Go lays it out: the list of all goroutines, and where code and types are.
#include "runtime/core/heap.h"
#include "runtime/core/linker_symbols.h"
#include "runtime/core/sched.h"

struct GoSlice {
  gannet::rt::G **ptr;
  gannet::rt::uptr len, cap;
};
// runtime.moduledata of layout.go.
struct ModuleData {
  const char *text, *etext, *types, *etypes;
};
extern "C" ModuleData rt_module asm("runtime.firstmoduledata");
extern const char rt_types[] asm("runtime.types"), rt_etypes[] asm("runtime.etypes");
extern "C" GoSlice rt_allgs asm("runtime.allgs");
extern "C" gannet::rt::uptr rt_allglen asm("runtime.allglen");

namespace gannet::rt {

void describeModule() { rt_module = {rt_text, rt_etext, rt_types, rt_etypes}; }

void listForDebugger(G *g) {
  GoSlice &all = rt_allgs;
  if (all.len == all.cap) {
    // The old array stays: a debugger may have its address.
    const uptr cap = all.cap == 0 ? 64 : 2 * all.cap;
    G **grown = static_cast<G **>(persistentAlloc(cap * sizeof(G *), kWord));
    for (uptr i = 0; i < all.len; ++i) grown[i] = all.ptr[i];
    __atomic_store_n(&all.ptr, grown, __ATOMIC_RELEASE);
    all.cap = cap;
  }
  all.ptr[all.len++] = g;
  __atomic_store_n(&rt_allglen, all.len, __ATOMIC_RELEASE);
}

}  // namespace gannet::rt
