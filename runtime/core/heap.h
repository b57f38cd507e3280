// The Go heap: one reserved arena of 8 KB pages, spans of equal objects, per-P caches, a bitmap of pointer words.
//
// - Arena: [heap.base, heap.limit) is reserved at start and committed upwards in chunks. `heap.spans` has a word a page.
// - Span: a run of pages: free (page heap), taken (its owner sets it up), in use (objects of one size), manual (stacks).
// - Pointer bitmap: `heap.ptr_bits` has one bit a word of the arena; it is right for every allocated object of a span with
//   pointers, over its whole slot. Spans without pointers do not use it.
// - Marks: each span has two bit vectors by object: alloc (as of the last sweep) and mark (this cycle).
// Equation, per span: objects below free_index are allocated if their alloc bit is set or they were handed out since.
// Interior pointers are valid; the heap never moves.
#ifndef GANNET_RUNTIME_CORE_HEAP_H_
#define GANNET_RUNTIME_CORE_HEAP_H_

#include "runtime/core/layout.h"
#include "runtime/core/size_classes.h"

namespace gannet::rt {

// internal/abi.Type
struct Type {
  uptr size, ptr_bytes;
  u32 hash;
  u8 tflag, align, field_align, kind;
  FuncVal *equal;
  const u8 *gc_data;
  i32 str, ptr_to_this;
};
static_assert(sizeof(Type) == 48);
inline constexpr u8 kTFlagGcMaskOnDemand = 16;
inline constexpr uptr kMinLegalPointer = 4096;  // no variable lies below

enum class SpanState : u8 { Free, Taken, InUse, Manual, Fenced };
enum class SpecialKind : u8 { Finalizer, Cleanup, Weak, Profile, Bubble };

// What a report says of a finalizer or cleanup (GODEBUG=checkfinalizers=1). Go code fills it: runtime.cleanupContext.
struct CleanupContext {
  Str type_name;
  uptr addr, bytes;  // of the value as the program named it, and of its type
  uptr function, created_at;
};
static_assert(sizeof(CleanupContext) == 48);

// Something attached to an object. Off-heap; in its span's list, ordered by offset and then kind.
struct Special {
  Special *next;
  uptr offset;  // of the object from the span's base
  SpecialKind kind;
  FuncVal *fn;  // finalizer, cleanup: root
  uptr nret;
  Type *fint, *ot;
  u64 id;
  struct Bucket *bucket;  // profile
  const CleanupContext *context;  // finalizer, cleanup: null but with GODEBUG=checkfinalizers=1
  uptr *handle;  // weak: the 8-byte heap object that names the object; root while the object lives
};

struct Span {
  Span *next, *prev;
  uptr base, page_count, elem_bytes, limit;
  u32 elem_count, div_magic;
  Atomic<SpanState> state;  // InUse is stored last: markers look at the rest without a lock
  u8 span_class;  // size class * 2 + no_pointers
  bool no_pointers, need_zero, large;
  Atomic<u32> sweep_gen;  // heap.sweep_gen - 2: to be swept, -1: being swept, equal: swept
  u32 free_index;    // no free object below it
  u32 alloc_count;   // allocated at the last sweep, or all once in a cache
  u64 alloc_cache;   // complement of alloc bits from cache_base on, shifted
  u64 *alloc_bits, *mark_bits;
  u32 bit_words;     // capacity of each vector
  Mutex special_lock;
  Special *specials;  // of live objects; sorted by offset
  u64 free_since_ns;

  u32 indexOf(uptr addr) const {
    if (large) return 0;
    return static_cast<u32>((static_cast<u64>(addr - base) * div_magic) >> 32);
  }
};

struct SpanList {
  Span *head;
  u32 count;
  void push(Span *s) {
    s->prev = nullptr;
    s->next = head;
    if (head != nullptr) head->prev = s;
    head = s;
    count++;
  }
  void remove(Span *s) {
    if (s->prev != nullptr) s->prev->next = s->next;
    else head = s->next;
    if (s->next != nullptr) s->next->prev = s->prev;
    s->next = s->prev = nullptr;
    count--;
  }
  Span *pop() {
    Span *s = head;
    if (s != nullptr) remove(s);
    return s;
  }
};

inline constexpr u32 kSpanClassCount = kSizeClassCount * 2;

// A P's share of the heap. Context: its P's owner only, or the world is stopped.
struct Cache {
  Span *spans[kSpanClassCount];
  uptr tiny, tiny_offset;
  // All in all, never falling: read by others, too. Small objects are counted as their spans are left; large ones (class 0) at once.
  u64 tiny_allocs;
  u64 class_mallocs[kSizeClassCount];
  u64 malloc_bytes;
  i64 next_sample, sample_rate;  // bytes to the next sample of the heap profile, under this rate
  bool gc_check;  // memory was taken from the page heap or a central list: the next allocation entry looks at the trigger
};

// A P's part in marking: objects it marked and did not scan yet. Context: its P's owner, or the world is stopped.
struct MarkBlock;
struct Marker {
  MarkBlock *block;
  u64 marked_bytes, marked_count;
};

// Spans of one class. unswept_* hold spans of the cycle before; sweeping moves them to the others.
struct Central {
  Mutex lock;
  SpanList partial, full, unswept_partial, unswept_full;
};

struct PageHeap {
  Mutex lock;
  SpanList free_small[128];  // by page count
  SpanList free_large;
  Span *span_pool;           // Span structures to reuse
  uptr committed_end;        // arena is readable below it
  uptr used_end;             // never handed out above it
  u64 free_pages, in_use_pages, manual_pages;
  u64 released_bytes;        // of free_pages: not backed by memory
  u64 span_count, span_structs;  // in use; ever made
};

struct HeapStats {
  Atomic<u64> live_bytes;     // allocated since, plus marked in, the last cycle (what pacing compares)
  Atomic<u64> freed_bytes, class_frees[kSizeClassCount];  // class 0: large objects. What was allocated is in the caches
  Atomic<u64> mark_block_bytes, mark_bit_bytes, bucket_bytes;
  u64 marked_bytes, trigger_bytes, goal_bytes;
  u64 num_gc, num_forced, pause_total_ns, pause_max_ns, last_gc_wall_ns;
  u64 pause_ns[256], pause_end[256];
  Atomic<u64> stacks_in_use;
};

struct Heap {
  uptr base, limit;
  Span **spans;
  u64 *ptr_bits;
  u64 *released_bits;  // by page: free and given back to the system
  PageHeap pages;
  Central central[kSpanClassCount];
  Atomic<u32> sweep_gen;
  Atomic<u32> unswept_spans, sweepers;  // waiting for it; being swept
  HeapStats stats;
  i32 gc_percent;
  i64 memory_limit;
  Atomic<u32> stress_count;
  uptr most_small;  // larger objects have spans of their own
};
extern constinit Heap heap;

void initHeap();

inline bool inArena(uptr addr) { return addr - heap.base < heap.limit - heap.base; }
// The span of an address in the arena (null where there is none). Any state.
inline Span *spanOf(uptr addr) { return inArena(addr) ? heap.spans[(addr - heap.base) >> kPageShift] : nullptr; }
inline Span *objectSpanOf(uptr addr) {
  Span *s = spanOf(addr);
  return s != nullptr && s->state.loadAcquire() == SpanState::InUse && addr < s->limit && addr >= s->base ? s : nullptr;
}

// Off-heap memory that is never given back: zeroed, aligned to `align` (a power of two up to 4096).
void *persistentAlloc(uptr bytes, uptr align);
template <class T> T *persistentNew() { return static_cast<T *>(persistentAlloc(sizeof(T), alignof(T) < 64 ? 64 : alignof(T))); }

// page_heap.cc
// `state` is Taken or Manual. Zeroed if !need_zero; throws "out of memory".
Span *allocSpan(uptr pages, SpanState state);
void freeSpan(Span *s);
// Who gives pages back: the monitor, little by little; who needs others; debug.FreeOSMemory.
enum class Releaser : u8 { Background, Eager, Forced };
uptr releaseFreePages(u64 most, Releaser who);  // gives free pages back to the system; bytes released
uptr excessFreeBytes();           // what the heap will hardly need before the next cycle
u64 persistentBytes();

// release_trace.cc: GODEBUG=scavtrace=1.
void countRelease(Releaser who, u64 bytes);
void traceReleases();                 // since the last line
void traceForcedRelease(u64 bytes);

// malloc.cc
void *mallocGc(uptr bytes, Type *type, bool zero);
// An object of which the first 64 words' pointers are told by `mask`; beyond, none. Zeroed.
void *mallocMasked(uptr bytes, u64 mask);
// An object with `header_bytes` (multiple of 8) without pointers, then `count` elements of `type`. Zeroed.
void *mallocArrayWithHeader(uptr header_bytes, Type *type, uptr count);
const u8 *pointerMaskOf(Type *type);  // one bit a word, ptr_bytes/8 bits
void flushCache(Cache &c);
void memclr(void *p, uptr bytes);
void memmoveWords(void *dst, const void *src, uptr bytes);
bool findObject(uptr addr, uptr *base, uptr *bytes);

// sweep.cc
Span *sweepForClass(u32 span_class);  // a span with free objects that was waiting for its sweep, or null
bool sweepOne();                      // true if there was one to sweep
bool sweepSome(i64 until_ns);         // until that time, or the world is to stop; true if there is more
void beginSweep();                    // world stopped, after marking
void sweepAll();
void ensureSwept(Span *s);            // returns when this cycle's marks of the span were acted upon

bool isMarked(const Span *s, u32 index);
// While it was handed out in this cycle of sweeping, or survived the last; others may allocate from the span meanwhile.
inline bool isAllocated(const Span *s, u32 index) {
  return index < __atomic_load_n(&s->free_index, __ATOMIC_ACQUIRE) ||
         (index < s->elem_count && ((s->alloc_bits[index / 64] >> (index % 64)) & 1) != 0);
}

// specials.cc: the object was counted in the profile, and its death will be.
void addProfileSpecial(Span *span, uptr obj, struct Bucket *b);

inline bool ptrBit(uptr addr) {
  uptr w = (addr - heap.base) / kWord;
  return (heap.ptr_bits[w / 64] >> (w % 64)) & 1;
}

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_HEAP_H_
