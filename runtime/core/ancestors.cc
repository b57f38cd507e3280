#include "runtime/core/ancestors.h"

#include "runtime/core/sched.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {

constinit u32 depth = 0;
constinit Mutex lock{};
constinit Ancestors *unused = nullptr;  // lock held

Ancestors *newAncestors() {
  {
    MutexGuard guard(lock);
    if (Ancestors *a = unused) {
      unused = a->next;
      return a;
    }
  }
  return static_cast<Ancestors *>(persistentAlloc(sizeof(Ancestors) + depth * sizeof(Ancestor), alignof(Ancestors)));
}

}  // namespace

void keepAncestors(u32 most) {
  constexpr u32 kMost = 100;  // more is of no use and would be paid for by each goroutine
  depth = min(most, kMost);
}

void saveAncestors(G *child, const G *creator) {
  if (GN_LIKELY(depth == 0)) return;
  Ancestors *a = newAncestors();
  Ancestor &parent = a->list[0];
  parent.goid = creator->goid;
  parent.gopc = creator->gopc;
  Unwinder u;
  u.startAt(creator);
  parent.frame_count = static_cast<u32>(collectPcs(u, 0, parent.pcs, Ancestor::kMaxFrames));
  a->count = 1;
  if (const Ancestors *older = creator->ancestors)
    for (u32 i = 0; i < older->count && a->count < depth; i++) a->list[a->count++] = older->list[i];
  child->ancestors = a;
}

void freeAncestors(G *g) {
  if (GN_LIKELY(g->ancestors == nullptr)) return;
  MutexGuard guard(lock);
  g->ancestors->next = unused;
  unused = g->ancestors;
  g->ancestors = nullptr;
}

}  // namespace gannet::rt
