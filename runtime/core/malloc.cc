// Allocation: size classes from the P's cache, tiny objects packed, large ones as spans; and the pointer bitmap.
#include "runtime/core/buckets.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/heap.h"
#include "runtime/core/sched.h"
#include "runtime/core/trace.h"

extern "C" gannet::rt::i64 rt_mem_profile_rate asm("runtime.MemProfileRate");
extern "C" char gn_zerobase[] asm("runtime.zerobase");

namespace gannet::rt {

// `bytes` is a multiple of 8.
void memclr(void *p, uptr bytes) {
  uptr words = bytes / 8;
  if (bytes >= 1024) {
    asm volatile("rep stosq" : "+D"(p), "+c"(words) : "a"(0) : "memory");
    return;
  }
  auto *w = static_cast<u64 *>(p);
  for (uptr i = 0; i < words; i++) w[i] = 0;
}

namespace {

// Writes runs of bits into the pointer bitmap from an address on; keeps the neighbours' bits.
class BitSink {
public:
  explicit BitSink(uptr addr) {
    uptr w = (addr - heap.base) / kWord;
    word_ = &heap.ptr_bits[w / 64];
    pos_ = w % 64;
    acc_ = pos_ == 0 ? 0 : *word_ & ((u64{1} << pos_) - 1);
  }
  // 1 <= n <= 64; bits above n are 0.
  void put(u64 bits, u32 n) {
    acc_ |= bits << pos_;
    if (pos_ + n < 64) {
      pos_ += n;
      return;
    }
    *word_++ = acc_;
    acc_ = pos_ == 0 ? 0 : bits >> (64 - pos_);
    pos_ = pos_ + n - 64;
  }
  void zeros(uptr n) {
    for (; n >= 64; n -= 64) put(0, 64);
    if (n > 0) put(0, static_cast<u32>(n));
  }
  void end() {
    if (pos_ == 0) return;
    u64 mine = (u64{1} << pos_) - 1;
    *word_ = (*word_ & ~mine) | acc_;
  }

private:
  u64 *word_, acc_;
  u32 pos_;
};

// Bits [i, i+n) of a mask, i a multiple of 8, n <= 64. Reads no byte beyond the mask.
u64 maskBits(const u8 *mask, uptr i, uptr n) {
  u64 bits = 0;
  const u8 *p = mask + i / 8;
  for (uptr k = 0; k < (n + 7) / 8; k++) bits |= static_cast<u64>(p[k]) << (8 * k);
  return n == 64 ? bits : bits & ((u64{1} << n) - 1);
}

void putType(BitSink &sink, const u8 *mask, uptr ptr_words, uptr words) {
  for (uptr i = 0; i < ptr_words; i += 64) {
    uptr n = min<uptr>(64, ptr_words - i);
    sink.put(maskBits(mask, i, n), static_cast<u32>(n));
  }
  sink.zeros(words - ptr_words);
}

// `count` values of `type` after `header` words without pointers, in a slot of `slot_words`.
void writePointerBits(uptr addr, uptr slot_words, uptr header, Type *type, uptr count) {
  const u8 *mask = pointerMaskOf(type);
  uptr words = type->size / kWord, ptr_words = type->ptr_bytes / kWord;
  uptr left = slot_words - header - words * count;
  BitSink sink(addr);
  sink.zeros(header);
  if (words <= 32 && count > 2 && 64 % words == 0) {
    u64 one = maskBits(mask, 0, ptr_words), pattern = 0;
    u32 per = static_cast<u32>(64 / words);
    for (u32 i = 0; i < per; i++) pattern |= one << (i * words);
    uptr n = count;
    for (; n >= per; n -= per) sink.put(pattern, 64);
    if (n > 0) sink.put(pattern & ((u64{1} << (n * words)) - 1), static_cast<u32>(n * words));
  } else {
    for (uptr i = 0; i < count; i++) putType(sink, mask, ptr_words, words);
  }
  sink.zeros(left);
  sink.end();
}

void writeMask(uptr addr, uptr slot_words, u64 mask) {
  BitSink sink(addr);
  uptr n = min<uptr>(slot_words, 64);
  sink.put(n == 64 ? mask : mask & ((u64{1} << n) - 1), static_cast<u32>(n));
  sink.zeros(slot_words - n);
  sink.end();
}

u64 invertedBits(const Span *s, u32 from) { return ~s->alloc_bits[from / 64]; }

// While marking runs, an object is marked before it counts as allocated: a dead word that names it must not have it scanned before
// it is cleared.
void handOut(Span *s, u32 index, bool marking) {
  if (marking) __atomic_fetch_or(&s->mark_bits[index / 64], u64{1} << (index % 64), __ATOMIC_RELAXED);
  __atomic_store_n(&s->free_index, index + 1, __ATOMIC_RELEASE);
}

// Next free object at or after free_index; elem_count if none. Leaves free_index and the cache after it.
u32 nextFreeIndex(Span *s, bool marking) {
  u32 i = s->free_index;
  while (i < s->elem_count) {
    if (s->alloc_cache != 0) {
      u32 skip = static_cast<u32>(__builtin_ctzll(s->alloc_cache));
      u32 found = i + skip;
      if (found >= s->elem_count) break;
      s->alloc_cache = skip == 63 ? 0 : s->alloc_cache >> (skip + 1);
      handOut(s, found, marking);
      if (s->free_index % 64 == 0 && s->free_index < s->elem_count) s->alloc_cache = invertedBits(s, s->free_index);
      return found;
    }
    i = (i & ~63u) + 64;
    if (i < s->elem_count) s->alloc_cache = invertedBits(s, i);
  }
  s->free_index = s->elem_count;
  return s->elem_count;
}

void initSpan(Span *s, u32 span_class, uptr elem_bytes, u32 count, u32 magic, bool large) {
  s->elem_bytes = elem_bytes;
  s->elem_count = count;
  s->div_magic = magic;
  s->large = large;
  s->span_class = static_cast<u8>(span_class);
  s->no_pointers = (span_class & 1) != 0;
  s->free_index = 0;
  s->alloc_count = 0;
  u32 words = (count + 63) / 64;
  if (s->bit_words < words) {
    s->alloc_bits = static_cast<u64 *>(persistentAlloc(words * 16, 8));
    heap.stats.mark_bit_bytes.fetchAdd(words * 16);
    s->mark_bits = s->alloc_bits + words;
    s->bit_words = words;
  } else {
    for (u32 i = 0; i < words; i++) s->alloc_bits[i] = s->mark_bits[i] = 0;
  }
  s->alloc_cache = ~u64{0};
  s->limit = s->base + elem_bytes * count;
  s->sweep_gen.storeRelease(heap.sweep_gen.loadRelaxed());  // relaxed: changes only while the world is stopped
  s->state.storeRelease(SpanState::InUse);
}

Span *newClassSpan(u32 span_class) {
  u32 c = span_class >> 1;
  Span *s = allocSpan(kClassPages[c], SpanState::Taken);
  u32 count = static_cast<u32>(kClassPages[c] * kPageBytes / kClassBytes[c]);
  initSpan(s, span_class, kClassBytes[c], count, kSizeClasses.div_magic[c], false);
  return s;
}

// A span of the class with at least one free object, owned by the caller.
Span *takeSpan(u32 span_class) {
  Central &central = heap.central[span_class];
  central.lock.lock();
  Span *s = central.partial.pop();
  central.lock.unlock();
  if (s == nullptr) s = sweepForClass(span_class);
  if (s == nullptr) s = newClassSpan(span_class);
  // Counted as allocated whole; flushCache takes back what was not used.
  heap.stats.live_bytes.fetchAdd((s->elem_count - s->alloc_count) * s->elem_bytes);
  if (tracing()) traceHeapLive();
  return s;
}

void giveBack(Span *s, u32 unused) {
  Central &central = heap.central[s->span_class];
  heap.stats.live_bytes.fetchAdd(-static_cast<u64>(unused * s->elem_bytes));
  MutexGuard guard(central.lock);
  if (unused > 0) central.partial.push(s);
  else central.full.push(s);
}

// Objects that nextFreeIndex would still give, and how many are in use in all.
u32 countFree(Span *s) {
  u32 unused = 0;
  Span copy = *s;
  while (nextFreeIndex(&copy, false) < copy.elem_count) unused++;
  return unused;
}

Span *refill(Cache &c, u32 span_class) {
  Span *old = c.spans[span_class];
  if (old != nullptr) {
    u32 handed = old->elem_count - old->alloc_count;  // full: all that was free at refill
    c.class_mallocs[span_class >> 1] += handed;
    c.malloc_bytes += handed * old->elem_bytes;
    old->alloc_count = old->elem_count;
    giveBack(old, 0);
  }
  if (gcMarking()) gcAssist(kClassPages[span_class >> 1] * kPageBytes);
  Span *s = takeSpan(span_class);
  c.spans[span_class] = s;
  c.gc_check = true;
  return s;
}

uptr allocFromClass(Cache &c, u32 span_class, Span **span) {
  Span *s = c.spans[span_class];
  for (;;) {
    if (GN_LIKELY(s != nullptr)) {
      u32 i = nextFreeIndex(s, gcMarking());
      if (GN_LIKELY(i < s->elem_count)) {
        *span = s;
        return s->base + i * s->elem_bytes;
      }
    }
    s = refill(c, span_class);
  }
}

Span *allocLarge(Cache &c, uptr bytes, bool no_pointers) {
  uptr pages = (bytes + kPageBytes - 1) >> kPageShift;
  Span *s = allocSpan(pages, SpanState::Taken);
  initSpan(s, no_pointers ? 1 : 0, pages * kPageBytes, 1, 0, true);
  handOut(s, 0, gcMarking());
  s->alloc_count = 1;
  s->alloc_cache = 0;
  Central &central = heap.central[s->span_class];
  {
    MutexGuard guard(central.lock);
    central.full.push(s);
  }
  if (gcMarking()) gcAssist(bytes);
  c.class_mallocs[0]++;
  c.malloc_bytes += s->elem_bytes;
  c.gc_check = true;
  heap.stats.live_bytes.fetchAdd(s->elem_bytes);
  if (tracing()) traceHeapLive();
  return s;
}

// The fast paths: what nearly every allocation needs, without a call. Each gives 0 where there is more to do: the span at
// hand has no free object in the bits that are loaded, marking runs, the type's mask is not built yet.

constexpr uptr kMaxFastBytes = 512;

inline uptr takeLoadedSlot(Span *s) {
  u64 bits = s->alloc_cache;
  u32 skip = static_cast<u32>(__builtin_ctzll(bits | u64{1} << 63));
  u32 i = s->free_index + skip, next = i + 1;
  if (GN_UNLIKELY(bits == 0 || i >= s->elem_count || next % 64 == 0)) return 0;
  s->alloc_cache = bits >> skip >> 1;
  s->free_index = next;
  return s->base + i * s->elem_bytes;
}

// `bytes` is a size class, at most kMaxFastBytes.
inline void clearSlot(uptr p, uptr bytes) {
  typedef u64 Pair __attribute__((vector_size(16), aligned(8)));
  if ((bytes & 8) != 0) {
    *reinterpret_cast<u64 *>(p) = 0;
    p += 8;
  }
  for (uptr end = p + (bytes & ~uptr{15}); p < end; p += 16) *reinterpret_cast<Pair *>(p) = Pair{0, 0};
}

// At most 64 words.
inline void writeSlotMask(uptr addr, u32 words, u64 mask) {
  uptr w = (addr - heap.base) / kWord;
  u64 *at = &heap.ptr_bits[w / 64];
  u32 pos = w % 64;
  u64 all = ~u64{0} >> (64 - words);
  at[0] = (at[0] & ~(all << pos)) | mask << pos;
  if (GN_UNLIKELY(pos + words > 64)) at[1] = (at[1] & ~(all >> (64 - pos))) | mask >> (64 - pos);
}

inline Span *cachedSpan(Cache &c, uptr bytes, bool no_pointers) {
  return c.spans[kSizeClasses.by8[(bytes + 7) / 8] * 2 + (no_pointers ? 1 : 0)];
}

inline uptr allocPlainFast(Cache &c, uptr bytes, bool zero) {
  Span *s = cachedSpan(c, bytes, true);
  uptr p = s == nullptr ? 0 : takeLoadedSlot(s);
  if (p != 0 && zero && s->need_zero) clearSlot(p, s->elem_bytes);
  return p;
}

// One value of `type`, which has pointers.
inline uptr allocTypedFast(Cache &c, Type *type) {
  uptr bytes = type->size;
  if (GN_UNLIKELY((type->tflag & kTFlagGcMaskOnDemand) != 0)) return 0;
  Span *s = cachedSpan(c, bytes, false);
  uptr p = s == nullptr ? 0 : takeLoadedSlot(s);
  if (p == 0) return 0;
  uptr ptr_words = type->ptr_bytes / kWord;
  u64 mask = ptr_words <= 8 ? type->gc_data[0] : maskBits(type->gc_data, 0, ptr_words);
  if (s->need_zero) clearSlot(p, s->elem_bytes);
  writeSlotMask(p, static_cast<u32>(s->elem_bytes / kWord), mask);
  return p;
}

// In the block for tiny objects at hand.
inline uptr takeTiny(Cache &c, uptr bytes) {
  uptr off = c.tiny_offset;
  if ((bytes & 7) == 0) off = alignUp(off, 8);
  else if ((bytes & 3) == 0) off = alignUp(off, 4);
  else if ((bytes & 1) == 0) off = alignUp(off, 2);
  if (c.tiny == 0 || off + bytes > kTinyBytes) return 0;
  c.tiny_offset = off + bytes;
  c.tiny_allocs++;
  return c.tiny + off;
}

inline uptr allocFast(Cache &c, uptr bytes, Type *type, bool zero) {
  if (GN_UNLIKELY(bytes - 1 >= kMaxFastBytes || gcMarking())) return 0;
  if (type != nullptr && type->ptr_bytes != 0) return bytes == type->size ? allocTypedFast(c, type) : 0;
  return bytes < kTinyBytes ? takeTiny(c, bytes) : allocPlainFast(c, bytes, zero);
}

// A slot for `bytes`, zeroed if asked or if it may have pointers. Bits are the caller's if !no_pointers.
uptr allocSlot(uptr bytes, bool no_pointers, bool zero, Span **span) {
  Cache &c = currentM()->p->cache;
  if (bytes <= heap.most_small) {
    u32 span_class = sizeClassOf(bytes) << 1 | (no_pointers ? 1 : 0);
    uptr p = allocFromClass(c, span_class, span);
    if ((zero || !no_pointers) && (*span)->need_zero) memclr(reinterpret_cast<void *>(p), (*span)->elem_bytes);
    return p;
  }
  if (bytes > heap.limit - heap.base) fatalThrow("runtime: out of memory");
  *span = allocLarge(c, bytes, no_pointers);
  if ((zero || !no_pointers) && (*span)->need_zero)
    memclr(reinterpret_cast<void *>((*span)->base), (*span)->page_count * kPageBytes);
  return (*span)->base;
}

uptr allocTiny(Cache &c, uptr bytes) {
  if (uptr p = takeTiny(c, bytes)) return p;
  Span *s;
  if (GN_UNLIKELY(heap.most_small == 0)) return allocSlot(bytes, true, true, &s);
  uptr p = allocFromClass(c, kTinyClass << 1 | 1, &s);
  reinterpret_cast<u64 *>(p)[0] = 0;
  reinterpret_cast<u64 *>(p)[1] = 0;
  if (c.tiny == 0 || bytes < c.tiny_offset) {
    c.tiny = p;
    c.tiny_offset = bytes;
  }
  return p;
}

// What append makes of a wanted size. Go's heap puts 8 bytes before objects with pointers above 512 bytes. This one does not, but capacities that append gives
// are visible, so they are the same.
uptr roundUpSize(uptr bytes, bool no_pointers) {
  constexpr uptr kHeader = 8, kHeaderFrom = 512;
  if (bytes == 0) return 0;
  if (bytes <= kMaxSmallBytes - kHeader) {
    uptr extra = !no_pointers && bytes > kHeaderFrom ? kHeader : 0;
    return kClassBytes[sizeClassOf(bytes + extra)] - extra;
  }
  return bytes + kPageBytes < bytes ? bytes : alignUp(bytes, kPageBytes);
}

}  // namespace

void *mallocGc(uptr bytes, Type *type, bool zero) {
  if (uptr p = allocFast(currentM()->p->cache, bytes, type, zero)) return reinterpret_cast<void *>(p);
  if (bytes == 0) return gn_zerobase;
  if (type == nullptr || type->ptr_bytes == 0) {
    if (bytes < kTinyBytes) return reinterpret_cast<void *>(allocTiny(currentM()->p->cache, bytes));
    Span *s;
    return reinterpret_cast<void *>(allocSlot(bytes, true, zero, &s));
  }
  Span *s;
  uptr p = allocSlot(bytes, false, true, &s);
  writePointerBits(p, s->elem_bytes / kWord, 0, type, bytes == type->size ? 1 : bytes / type->size);
  return reinterpret_cast<void *>(p);
}

void *mallocMasked(uptr bytes, u64 mask) {
  Span *s;
  uptr p = allocSlot(bytes, false, true, &s);
  writeMask(p, s->elem_bytes / kWord, mask);
  return reinterpret_cast<void *>(p);
}

void *mallocArrayWithHeader(uptr header_bytes, Type *type, uptr count) {
  Span *s;
  uptr bytes = header_bytes + type->size * count;
  if (type->ptr_bytes == 0 || count == 0) return reinterpret_cast<void *>(allocSlot(bytes, true, true, &s));
  uptr p = allocSlot(bytes, false, true, &s);
  writePointerBits(p, s->elem_bytes / kWord, header_bytes / kWord, type, count);
  return reinterpret_cast<void *>(p);
}

// World stopped or the P's own.
void flushCache(Cache &c) {
  for (u32 i = 0; i < kSpanClassCount; i++) {
    Span *s = c.spans[i];
    if (s == nullptr) continue;
    c.spans[i] = nullptr;
    u32 unused = countFree(s), handed = s->elem_count - s->alloc_count - unused;
    c.class_mallocs[i >> 1] += handed;
    c.malloc_bytes += handed * s->elem_bytes;
    s->alloc_count = s->elem_count - unused;
    giveBack(s, unused);
  }
  c.tiny = c.tiny_offset = 0;
}

bool findObject(uptr addr, uptr *base, uptr *bytes) {
  Span *s = objectSpanOf(addr);
  if (s == nullptr) return false;
  *base = s->base + s->indexOf(addr) * s->elem_bytes;
  *bytes = s->elem_bytes;
  return true;
}

// Type masks. internal/abi: GCData is the mask, or with TFlagGCMaskOnDemand the address of a word that will point to it.

namespace {

enum Kind : u8 { kArray = 17, kStruct = 25 };
struct ArrayType {
  Type type;
  Type *elem, *slice;
  uptr len;
};
struct StructField {
  const u8 *name;
  Type *type;
  uptr offset;
};
struct StructType {
  Type type;
  const u8 *pkg_path;
  StructField *fields;
  uptr field_count, field_cap;
};

// Recursion follows the nesting of the type's source text: arrays of arrays and structs of structs.
void buildMask(u8 *mask, uptr word, const Type *t) {
  if (t->ptr_bytes == 0) return;
  if ((t->tflag & kTFlagGcMaskOnDemand) == 0) {
    for (uptr i = 0; i < t->ptr_bytes / kWord; i++)
      if ((t->gc_data[i / 8] >> (i % 8)) & 1) mask[(word + i) / 8] |= static_cast<u8>(1 << ((word + i) % 8));
    return;
  }
  if (t->kind == kArray) {
    auto *a = reinterpret_cast<const ArrayType *>(t);
    for (uptr i = 0; i < a->len; i++) buildMask(mask, word + i * a->elem->size / kWord, a->elem);
  } else if (t->kind == kStruct) {
    auto *st = reinterpret_cast<const StructType *>(t);
    for (uptr i = 0; i < st->field_count; i++) buildMask(mask, word + st->fields[i].offset / kWord, st->fields[i].type);
  } else {
    fatalThrow("runtime: bad kind of type with pointer mask on demand");
  }
}

}  // namespace

const u8 *pointerMaskOf(Type *type) {
  if (GN_LIKELY((type->tflag & kTFlagGcMaskOnDemand) == 0)) return type->gc_data;
  auto **cell = reinterpret_cast<u8 **>(const_cast<u8 *>(type->gc_data));
  u8 *mask = __atomic_load_n(cell, __ATOMIC_ACQUIRE);
  if (mask != nullptr) return mask;
  mask = static_cast<u8 *>(persistentAlloc((type->ptr_bytes / kWord + 63) / 64 * 8, 8));
  buildMask(mask, 0, type);
  __atomic_store_n(cell, mask, __ATOMIC_RELEASE);  // two builders at once: both are right, one copy is lost
  return mask;
}

}  // namespace gannet::rt

using namespace gannet::rt;

// Objects from this size on are cleared and described in steps: a stop of the world does not wait for the whole.
static constexpr uptr kStepwiseBytes = 1 << 20, kStepBytes = 256 << 10;

// One step on an object whose first `done` bytes are ready: how many are then. A null type has no pointers.
static uptr prepareStep(Span *s, uptr done, Type *type) {
  uptr end = s->page_count * kPageBytes, bytes = kStepBytes;
  if (type != nullptr) bytes = max<uptr>(bytes / type->size, 1) * type->size;
  bytes = min(bytes, end - done);
  uptr at = s->base + done;
  if (s->need_zero) memclr(reinterpret_cast<void *>(at), bytes);
  if (type != nullptr) writePointerBits(at, bytes / kWord, 0, type, bytes / type->size);
  return done + bytes;
}

static bool mustYield(const G *g) { return stopWanted(g->m->p) && g->m->locks == 0 && g->preempt_off == 0; }

// Does not return if a stop of the world comes between: then it goes on when the goroutine does.
static void prepareLarge(G *g, Span *s, uptr done, Type *type);
static Ret2 prepareResume(G *g) {
  Span *s = spanOf(g->park_roots[0]);
  uptr done = g->park_roots[1];
  auto *type = reinterpret_cast<Type *>(g->park_roots[2]);
  u64 second = g->ret1;
  g->park_roots[0] = g->park_roots[1] = g->park_roots[2] = 0;
  prepareLarge(g, s, done, type);
  return {s->base, second};
}

// Until then, what lies behind is what was there before, and no part of the object.
static void showUpTo(Span *s, uptr done) { __atomic_store_n(&s->limit, s->base + done, __ATOMIC_RELEASE); }

static void prepareLarge(G *g, Span *s, uptr done, Type *type) {
  while ((done = prepareStep(s, done, type)) < s->page_count * kPageBytes) {
    if (!mustYield(g)) continue;
    showUpTo(s, done);
    g->park_roots[0] = s->base;
    g->park_roots[1] = done;
    g->park_roots[2] = reinterpret_cast<uptr>(type);
    g->resume = prepareResume;
    yieldCurrent(true);
  }
  showUpTo(s, done);
}

extern "C" {

// Counts down to the next sample of the heap profile.
static inline void countForProfile(Cache &c, void *p, uptr bytes) {
  c.next_sample -= static_cast<i64>(bytes);
  if (GN_UNLIKELY(c.next_sample < 0 || c.sample_rate != rt_mem_profile_rate)) profileAlloc(p, bytes);
}

static void *mallocStepwise(uptr size, Type *type, bool zero) {
  if (type != nullptr && type->ptr_bytes == 0) type = nullptr;
  Cache &c = currentM()->p->cache;
  Span *s = allocLarge(c, size, type == nullptr);
  void *p = reinterpret_cast<void *>(s->base);
  countForProfile(c, p, size);
  if (type != nullptr || (zero && s->need_zero)) prepareLarge(currentG(), s, 0, type);
  if (c.gc_check) gcAfterAlloc(p);
  return p;
}

void *gn_mallocgc(uptr size, Type *type, u64 zero) {
  if (GN_UNLIKELY(size > heap.limit - heap.base)) fatalThrow("runtime: out of memory");
  if (GN_UNLIKELY(size >= kStepwiseBytes)) return mallocStepwise(size, type, goBool(zero));
  void *p = mallocGc(size, type, goBool(zero));
  countForProfile(currentM()->p->cache, p, size);
  if (GN_UNLIKELY(currentM()->p->cache.gc_check)) gcAfterAlloc(p);
  return p;
}

void *gn_newobject(Type *type) {
  void *p = mallocGc(type->size, type, true);
  countForProfile(currentM()->p->cache, p, type->size);
  if (GN_UNLIKELY(currentM()->p->cache.gc_check)) gcAfterAlloc(p);
  return p;
}

// Room for `bytes` of elements or more, and for how many. Zeroed only if they have pointers.
Ret2 gn_mallocElems(uptr bytes, Type *elem) {
  uptr size = elem == nullptr ? 1 : elem->size;
  uptr rounded = roundUpSize(bytes, elem == nullptr || elem->ptr_bytes == 0);
  uptr count = (size & (size - 1)) == 0 ? rounded >> __builtin_ctzll(size) : rounded / size;
  currentG()->ret1 = count;  // if the allocation parks, these are the results
  return {reinterpret_cast<uptr>(gn_mallocgc(count * size, elem, 0)), count};
}

Ret2 gn_findObjectBase(uptr p) {
  uptr base = 0, bytes = 0;
  findObject(p, &base, &bytes);
  return {base, bytes};
}

const u8 *gn_getGCMask(Type *type) { return pointerMaskOf(type); }

}  // extern "C"
