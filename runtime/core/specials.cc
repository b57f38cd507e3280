// What hangs on objects: finalizers, cleanups, weak handles; and the queue of those that are due.
//
// Order when an object dies: its weak handles are cleared; if it has a finalizer, that is queued and the object lives on
// for one more cycle; else its cleanups are queued. Go's documentation of SetFinalizer, AddCleanup and package weak.
#include "runtime/core/buckets.h"
#include "runtime/core/debug_settings.h"
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

// Of finalizers, or of cleanups: each kind has goroutines of its own, so that one which blocks does not hold up the other.
struct DueQueue {
  Due *first, *last;
  G *runners[8];  // goroutines that wait in finqNext
  u32 runner_count;
  Atomic<u64> queued, taken;
};
enum : u32 { kFinalizers, kCleanups, kQueueCount };

struct Specials {
  Mutex lock;  // guards the pool; each span's own list has special_lock
  Special *pool;
  u64 next_cleanup_id;
  Mutex queue_lock;  // guards what follows; after special_lock
  DueQueue queues[kQueueCount];
  Due *due_pool;
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

void freeSpecial(Special *s) {
  MutexGuard guard(specials.lock);
  s->next = specials.pool;
  specials.pool = s;
}

// What a special refers to becomes a root.
void shadeSpecial(const Special *s) {
  shadeRoot(s->fn);
  shadeRoot(s->handle);
  shadeRoot(s->fint);
  shadeRoot(s->ot);
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
  __atomic_store_n(at, s, __ATOMIC_RELEASE);
  span->special_lock.unlock();
  shadeSpecial(s);
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
  freeSpecial(found);
  return true;
}

void enqueue(u32 kind, const FinRecord &rec) {
  MutexGuard guard(specials.queue_lock);
  DueQueue &queue = specials.queues[kind];
  queue.queued.fetchAdd(1);
  Due *d = specials.due_pool;
  if (d != nullptr) specials.due_pool = d->next;
  else d = persistentNew<Due>();
  d->rec = rec;
  d->next = nullptr;
  if (queue.last != nullptr) queue.last->next = d;
  else queue.first = d;
  queue.last = d;
}

// Specials [*at, end) hang on one object, which is dead.
bool objectDied(Span *span, Special **at, Special *end, bool has_finalizer) {
  bool queued = false;
  while (*at != end) {
    Special *s = *at;
    if (has_finalizer && s->kind != SpecialKind::Finalizer && s->kind != SpecialKind::Weak) {  // waits until the object is gone for good
      at = &s->next;
      continue;
    }
    queued |= s->kind == SpecialKind::Finalizer || s->kind == SpecialKind::Cleanup;
    switch (s->kind) {
    case SpecialKind::Finalizer: enqueue(kFinalizers, {s->fn, span->base + s->offset, s->nret, s->fint, s->ot}); break;
    case SpecialKind::Cleanup: enqueue(kCleanups, {s->fn, 0, 0, nullptr, nullptr}); break;
    case SpecialKind::Bubble: break;
    case SpecialKind::Profile: profileFree(s->bucket); break;
    case SpecialKind::Weak: __atomic_store_n(s->handle, 0, __ATOMIC_RELEASE); break;
    }
    *at = s->next;
    freeSpecial(s);
  }
  return queued;
}

}  // namespace

void addProfileSpecial(Span *span, uptr obj, Bucket *b) {
  Special *s = newSpecial();
  s->kind = SpecialKind::Profile;
  s->offset = span->indexOf(obj) * span->elem_bytes;
  s->bucket = b;
  addSpecial(span, s, false);
}

void markSpecialsOf(Span *span) {
  MutexGuard guard(span->special_lock);
  for (Special *s = span->specials; s != nullptr; s = s->next) {
    shadeSpecial(s);
    // What a finalizer may reach stays, but the object itself must be found dead.
    if (s->kind == SpecialKind::Finalizer) scanObjectContents(span->base + span->indexOf(span->base + s->offset) * span->elem_bytes);
  }
}

bool processDeadSpecials(Span *span) {
  MutexGuard guard(span->special_lock);
  bool queued = false;
  for (Special **at = &span->specials; *at != nullptr;) {
    u32 index = span->indexOf(span->base + (*at)->offset);
    bool has_finalizer = false;
    Special *end = *at;
    for (; end != nullptr && span->indexOf(span->base + end->offset) == index; end = end->next)
      has_finalizer |= end->kind == SpecialKind::Finalizer;
    if (!isMarked(span, index)) {
      queued |= objectDied(span, at, end, has_finalizer);
      if (has_finalizer) span->mark_bits[index / 64] |= u64{1} << (index % 64);  // its contents are marked: markSpecialsOf
    }
    while (*at != end) at = &(*at)->next;
  }
  return queued;
}

void markFinalizerQueue() {
  MutexGuard guard(specials.queue_lock);
  for (const DueQueue &queue : specials.queues)
    for (Due *d = queue.first; d != nullptr; d = d->next) {
      markObject(reinterpret_cast<uptr>(d->rec.fn));
      markObject(d->rec.obj);
      markObject(reinterpret_cast<uptr>(d->rec.fint));
      markObject(reinterpret_cast<uptr>(d->rec.ot));
    }
}

void finalizerCounts(u64 *fins, u64 *cleanups, u64 *fins_run, u64 *cleanups_run) {
  *fins = specials.queues[kFinalizers].queued.loadRelaxed();  // relaxed: statistics
  *cleanups = specials.queues[kCleanups].queued.loadRelaxed();
  *fins_run = specials.queues[kFinalizers].taken.loadRelaxed();
  *cleanups_run = specials.queues[kCleanups].taken.loadRelaxed();
}

// Needs a P.
void wakeFinalizer() {
  for (DueQueue &queue : specials.queues)
    for (;;) {
      specials.queue_lock.lock();
      G *g = nullptr;
      if (queue.first != nullptr && queue.runner_count > 0) g = queue.runners[--queue.runner_count];
      specials.queue_lock.unlock();
      if (g == nullptr) break;
      ready(g, false);
    }
}

}  // namespace gannet::rt

using namespace gannet::rt;

static Ret2 finqResume(G *g);

// The record lies in the goroutine's stack, which may move while it waits: kept as distance from the stack's top. park_roots[2] is
// the kind.
static void finqTake(G *g) {
  auto *rec = reinterpret_cast<FinRecord *>(g->stack_hi - g->park_roots[3]);
  specials.queue_lock.lock();
  DueQueue &queue = specials.queues[g->park_roots[2]];
  Due *d = queue.first;
  if (d != nullptr) {
    queue.first = d->next;
    if (queue.first == nullptr) queue.last = nullptr;
    *rec = d->rec;
    queue.taken.fetchAdd(1);
    shadeRoot(d->rec.fn);
    shadeRoot(reinterpret_cast<void *>(d->rec.obj));
    shadeRoot(d->rec.fint);
    shadeRoot(d->rec.ot);
    d->next = specials.due_pool;
    d->rec = FinRecord{};
    specials.due_pool = d;
    specials.queue_lock.unlock();
    g->park_roots[3] = 0;
    return;
  }
  GN_CHECK(queue.runner_count < 8);
  queue.runners[queue.runner_count++] = g;
  g->resume = finqResume;
  parkUnlock(&queue == &specials.queues[kCleanups] ? WaitReason::CleanupWait : WaitReason::FinalizerWait, &specials.queue_lock);
}

static Ret2 finqResume(G *g) {
  finqTake(g);
  return {0, 0};
}

extern "C" {

Ret2 gn_finalizerQueueCounts() {
  return {specials.queues[kFinalizers].queued.loadSeqCst(), specials.queues[kCleanups].queued.loadSeqCst()};
}

void gn_finqNext(FinRecord *rec, u64 cleanups) {
  G *g = currentG();
  g->park_roots[2] = goBool(cleanups) ? kCleanups : kFinalizers;
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
  if (gcMarking()) scanObjectContents(span->base + span->indexOf(obj) * span->elem_bytes);
  if (addSpecial(span, s, true)) return 1;
  freeSpecial(s);
  return 0;
}

u64 gn_checksCleanups() { return debug.checkfinalizers != 0; }

void gn_setCleanupContext(uptr obj, u64 id, const CleanupContext *context) {
  Span *span = objectSpanOf(obj);
  if (span == nullptr) return;
  const SpecialKind kind = id == 0 ? SpecialKind::Finalizer : SpecialKind::Cleanup;
  const u32 index = span->indexOf(obj);
  MutexGuard guard(span->special_lock);
  for (Special *s = span->specials; s != nullptr; s = s->next)
    if (s->kind == kind && s->id == id && span->indexOf(span->base + s->offset) == index) s->context = context;
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

// Handles of what never dies: globals, objects of no size.
struct Immortal {
  Immortal *next;
  uptr addr;
};
static constinit Immortal *immortals[256]{};
static uptr *immortalHandle(uptr addr) {
  MutexGuard guard(specials.lock);
  Immortal *&slot = immortals[(addr * 0x9e3779b97f4a7c15) >> 56];
  for (Immortal *i = slot; i != nullptr; i = i->next)
    if (i->addr == addr) return &i->addr;
  auto *i = persistentNew<Immortal>();
  i->addr = addr;
  i->next = slot;
  slot = i;
  return &i->addr;
}

// The same handle each time for one object: an 8-byte heap object with the address, no pointer to the collector.
uptr *gn_registerWeakPointer(uptr obj) {
  Span *span = objectSpanOf(obj);
  if (span == nullptr) return immortalHandle(obj);
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
  freeSpecial(s);
  return find();
}

u64 gn_bubbleAssociate(uptr obj, u64 id, u64 add) {
  Span *span = objectSpanOf(obj);
  if (span == nullptr) return 0;
  uptr offset = obj - span->base;
  auto ownerOf = [&]() -> u64 {
    MutexGuard guard(span->special_lock);
    for (Special *s = span->specials; s != nullptr; s = s->next)
      if (s->offset == offset && s->kind == SpecialKind::Bubble) return s->id;
    return 0;
  };
  u64 owner = ownerOf();
  if (owner == 0 && goBool(add)) {
    Special *s = newSpecial();
    s->kind = SpecialKind::Bubble;
    s->offset = offset;
    s->id = id;
    if (addSpecial(span, s, true)) return 1;
    freeSpecial(s);
    owner = ownerOf();
  }
  return owner == 0 ? 0 : owner == id ? 1 : 2;
}

void gn_bubbleDisassociate(uptr obj) {
  Span *span = objectSpanOf(obj);
  if (span != nullptr)
    removeSpecial(span, obj - span->base, [](Special *s) { return s->kind == SpecialKind::Bubble; });
}

// An object of a span that is not swept yet may be dead, and its handle not cleared: the sweep decides.
// While marking runs, the object may not have been reached yet: from now on it is.
uptr gn_makeStrongFromWeak(uptr *handle) {
  if (handle == nullptr) return 0;
  uptr obj = __atomic_load_n(handle, __ATOMIC_ACQUIRE);
  if (obj == 0) return 0;
  if (gcMarking()) {
    markObject(obj);
    return obj;
  }
  if (Span *span = objectSpanOf(obj)) ensureSwept(span);
  return __atomic_load_n(handle, __ATOMIC_ACQUIRE);
}

}  // extern "C"
