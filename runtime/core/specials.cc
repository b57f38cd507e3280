// What hangs on objects: finalizers, cleanups, weak handles; and the queue of those that are due.
//
// Order when an object dies: its weak handles are cleared; if it has a finalizer, that is queued and the object lives on
// for one more cycle; else its cleanups are queued. Go's documentation of SetFinalizer, AddCleanup and package weak.
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/sched.h"

namespace gannet::rt {

namespace {

// runtime.finRecord
struct FinRecord {
  FuncVal *fn;
  uptr obj;
  uptr nret;
  Type *fint, *ot;
};

struct Due {
  Due *next;
  FinRecord rec;
};

struct Specials {
  Mutex lock;  // guards spans' list and pool; each span's own list has special_lock
  Span *spans;
  Special *pool;
  u64 next_cleanup_id;
  Mutex queue_lock;
  Due *first, *last, *due_pool;
  G *runners[8];  // goroutines that wait in finqNext
  u32 runner_count;
};
constinit Specials specials{};

Special *newSpecial() {
  MutexGuard guard(specials.lock);
  Special *s = specials.pool;
  if (s == nullptr) return persistentNew<Special>();
  specials.pool = s->next;
  *s = Special{};
  return s;
}

void freeSpecialLocked(Special *s) {
  s->next = specials.pool;
  specials.pool = s;
}

// Inserts at its place by offset, after those of the same object. False if `unique` and one of the kind is there.
bool addSpecial(Span *span, Special *s, bool unique) {
  span->special_lock.lock();
  Special **at = &span->specials;
  while (*at != nullptr && (*at)->offset <= s->offset) {
    if (unique && (*at)->offset == s->offset && (*at)->kind == s->kind) {
      span->special_lock.unlock();
      return false;
    }
    at = &(*at)->next;
  }
  s->next = *at;
  *at = s;
  span->special_lock.unlock();
  MutexGuard guard(specials.lock);
  if (!span->in_special_list) {
    span->in_special_list = true;
    span->special_next = specials.spans;
    specials.spans = span;
  }
  return true;
}

template <class Match> bool removeSpecial(Span *span, uptr offset, Match match) {
  Special *found = nullptr;
  {
    MutexGuard guard(span->special_lock);
    for (Special **at = &span->specials; *at != nullptr; at = &(*at)->next)
      if ((*at)->offset == offset && match(*at)) {
        found = *at;
        *at = found->next;
        break;
      }
  }
  if (found == nullptr) return false;
  MutexGuard guard(specials.lock);
  freeSpecialLocked(found);
  return true;
}

void enqueue(const FinRecord &rec) {
  Due *d = specials.due_pool;
  if (d != nullptr) specials.due_pool = d->next;
  else d = persistentNew<Due>();
  d->rec = rec;
  d->next = nullptr;
  if (specials.last != nullptr) specials.last->next = d;
  else specials.first = d;
  specials.last = d;
}

// One span after marking. World stopped.
void processSpan(Span *span) {
  Special **at = &span->specials;
  while (*at != nullptr) {
    uptr offset = (*at)->offset;
    u32 index = span->large ? 0 : span->indexOf(span->base + offset);
    Special **group = at;
    bool has_finalizer = false;
    for (Special *s = *at; s != nullptr && s->offset == offset; s = s->next) has_finalizer |= s->kind == SpecialKind::Finalizer;
    if (isMarked(span, index)) {
      while (*at != nullptr && (*at)->offset == offset) at = &(*at)->next;
      continue;
    }
    uptr obj = span->base + index * span->elem_bytes;
    while (*group != nullptr && (*group)->offset == offset) {
      Special *s = *group;
      if (has_finalizer && s->kind == SpecialKind::Cleanup) {  // waits until the object is gone for good
        group = &s->next;
        continue;
      }
      switch (s->kind) {
      case SpecialKind::Finalizer: enqueue({s->fn, span->base + offset, s->nret, s->fint, s->ot}); break;
      case SpecialKind::Cleanup: enqueue({s->fn, 0, 0, nullptr, nullptr}); break;
      case SpecialKind::Weak: __atomic_store_n(s->handle, 0, __ATOMIC_RELEASE); break;
      }
      *group = s->next;
      freeSpecialLocked(s);
    }
    at = group;
    if (has_finalizer) markObject(obj);
  }
}

}  // namespace

void markSpecialRoots() {
  for (Span *span = specials.spans; span != nullptr; span = span->special_next)
    for (Special *s = span->specials; s != nullptr; s = s->next) {
      markObject(reinterpret_cast<uptr>(s->fn));
      markObject(reinterpret_cast<uptr>(s->handle));
      markObject(reinterpret_cast<uptr>(s->fint));
      markObject(reinterpret_cast<uptr>(s->ot));
      // What a finalizer may reach stays, but the object itself must be found dead.
      if (s->kind == SpecialKind::Finalizer) scanObjectContents(span->base + span->indexOf(span->base + s->offset) * span->elem_bytes);
    }
}

void processDeadSpecials() {
  Span **at = &specials.spans;
  while (*at != nullptr) {
    Span *span = *at;
    processSpan(span);
    if (span->specials == nullptr) {
      span->in_special_list = false;
      *at = span->special_next;
    } else {
      at = &span->special_next;
    }
  }
  markFinalizerQueue();
  publishMarks();
  while (markSome(~uptr{0})) {
  }
}

void markFinalizerQueue() {
  for (Due *d = specials.first; d != nullptr; d = d->next) {
    markObject(reinterpret_cast<uptr>(d->rec.fn));
    markObject(d->rec.obj);
    markObject(reinterpret_cast<uptr>(d->rec.fint));
    markObject(reinterpret_cast<uptr>(d->rec.ot));
  }
}

// Called once a cycle, with a P.
void wakeFinalizer() {
  for (;;) {
    specials.queue_lock.lock();
    G *g = nullptr;
    if (specials.first != nullptr && specials.runner_count > 0) g = specials.runners[--specials.runner_count];
    specials.queue_lock.unlock();
    if (g == nullptr) return;
    ready(g, false);
  }
}

}  // namespace gannet::rt

using namespace gannet::rt;

static Ret2 finqResume(G *g);

// The record lies in the goroutine's stack, which may move while it waits: kept as distance from the stack's top.
static void finqTake(G *g) {
  auto *rec = reinterpret_cast<FinRecord *>(g->stack_hi - g->park_roots[3]);
  specials.queue_lock.lock();
  Due *d = specials.first;
  if (d != nullptr) {
    specials.first = d->next;
    if (specials.first == nullptr) specials.last = nullptr;
    *rec = d->rec;
    d->next = specials.due_pool;
    d->rec = FinRecord{};
    specials.due_pool = d;
    specials.queue_lock.unlock();
    g->park_roots[3] = 0;
    return;
  }
  GN_CHECK(specials.runner_count < 8);
  specials.runners[specials.runner_count++] = g;
  g->resume = finqResume;
  parkUnlock(WaitReason::FinalizerWait, &specials.queue_lock);
}

static Ret2 finqResume(G *g) {
  finqTake(g);
  return {0, 0};
}

extern "C" {

void gn_finqNext(FinRecord *rec) {
  G *g = currentG();
  g->park_roots[3] = g->stack_hi - reinterpret_cast<uptr>(rec);
  finqTake(g);
}

u64 gn_addFinalizer(uptr obj, FuncVal *fn, uptr nret, Type *fint, Type *ot) {
  Span *span = objectSpanOf(obj);
  if (span == nullptr) return 0;
  Special *s = newSpecial();
  s->kind = SpecialKind::Finalizer;
  s->offset = obj - span->base;
  s->fn = fn;
  s->nret = nret;
  s->fint = fint;
  s->ot = ot;
  if (addSpecial(span, s, true)) return 1;
  MutexGuard guard(specials.lock);
  freeSpecialLocked(s);
  return 0;
}

void gn_removeFinalizer(uptr obj) {
  Span *span = objectSpanOf(obj);
  if (span != nullptr)
    removeSpecial(span, obj - span->base, [](Special *s) { return s->kind == SpecialKind::Finalizer; });
}

u64 gn_addCleanup(uptr obj, FuncVal *fn) {
  Span *span = objectSpanOf(obj);
  if (span == nullptr) return 0;
  Special *s = newSpecial();
  s->kind = SpecialKind::Cleanup;
  s->offset = span->indexOf(obj) * span->elem_bytes;
  s->fn = fn;
  {
    MutexGuard guard(specials.lock);
    s->id = ++specials.next_cleanup_id;
  }
  u64 id = s->id;
  addSpecial(span, s, false);
  return id;
}

void gn_removeCleanup(uptr obj, u64 id) {
  Span *span = objectSpanOf(obj);
  if (span != nullptr)
    removeSpecial(span, span->indexOf(obj) * span->elem_bytes,
                  [id](Special *s) { return s->kind == SpecialKind::Cleanup && s->id == id; });
}

// The same handle each time for one object: an 8-byte heap object with the address, no pointer to the collector.
uptr *gn_registerWeakPointer(uptr obj) {
  Span *span = objectSpanOf(obj);
  if (span == nullptr) fatalThrow("runtime.registerWeakPointer: pointer not in heap");
  uptr offset = span->indexOf(obj) * span->elem_bytes;
  auto find = [&]() -> uptr * {
    MutexGuard guard(span->special_lock);
    for (Special *s = span->specials; s != nullptr; s = s->next)
      if (s->offset == offset && s->kind == SpecialKind::Weak) return s->handle;
    return nullptr;
  };
  if (uptr *h = find()) return h;
  // 16 bytes: below that an object would share its slot with others.
  auto *handle = static_cast<uptr *>(mallocGc(kTinyBytes, nullptr, true));
  *handle = obj;
  Special *s = newSpecial();
  s->kind = SpecialKind::Weak;
  s->offset = offset;
  s->handle = handle;
  if (addSpecial(span, s, true)) return handle;
  {
    MutexGuard guard(specials.lock);
    freeSpecialLocked(s);
  }
  return find();
}

// Sound because handles are cleared while the world is stopped, before anything of the cycle is swept.
// While marking runs, the object may not have been reached yet: from now on it is.
uptr gn_makeStrongFromWeak(uptr *handle) {
  if (handle == nullptr) return 0;
  uptr obj = __atomic_load_n(handle, __ATOMIC_ACQUIRE);
  if (gcMarking() && obj != 0) {
    markObject(obj);
    publishMarks();
  }
  return obj;
}

}  // extern "C"
