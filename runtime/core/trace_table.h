// A table from byte strings to small numbers, for the stacks and strings of an execution trace.
//
// Many threads put at once and nobody locks but for memory: a tree whose branches are chosen by two bits of the hash at a time,
// in which nodes are only ever added, each by one compare-and-swap. The list of all nodes is for who writes the table out, when
// nobody puts any more. Source: the hash trie of C. Wellons, "An easy-to-implement, arena-friendly hash map" (2023).
#ifndef GANNET_RUNTIME_CORE_TRACE_TABLE_H_
#define GANNET_RUNTIME_CORE_TRACE_TABLE_H_

#include "runtime/core/base.h"

namespace gannet::rt {

// Memory for the nodes. `newChunk` and `freeChunk` give and take kChunkBytes of zeroed memory; null if there is none.
class TraceArena {
public:
  static constexpr u32 kChunkBytes = 64 << 10;

  void *alloc(u32 bytes, void *(*new_chunk)()) {
    bytes = static_cast<u32>(alignUp(bytes, 8));
    MutexGuard guard(lock_);
    if (chunks_ == nullptr || chunks_->used + bytes > kChunkBytes) {
      if (bytes > kChunkBytes - sizeof(Chunk)) return nullptr;
      auto *c = static_cast<Chunk *>(new_chunk());
      if (c == nullptr) return nullptr;
      c->next = chunks_;
      c->used = sizeof(Chunk);
      chunks_ = c;
    }
    void *p = reinterpret_cast<char *>(chunks_) + chunks_->used;
    chunks_->used += bytes;
    return p;
  }

  void reset(void (*free_chunk)(void *)) {
    while (Chunk *c = chunks_) {
      chunks_ = c->next;
      free_chunk(c);
    }
  }

private:
  struct Chunk {
    Chunk *next;
    u64 used;
  };
  Mutex lock_;
  Chunk *chunks_;
};

class TraceTable {
public:
  struct Node {
    Atomic<Node *> child[4];
    Node *next;  // in the list of all
    u64 hash, id;  // ids begin with 1
    u32 bytes;
    u8 data[];
  };
  static u64 idOf(const Node *n) { return n == nullptr ? 0 : n->id; }

  // The node of that string, which lives until reset; null if there is no memory for it. Any thread.
  const Node *put(const void *data, u32 bytes, void *(*new_chunk)()) {
    u64 hash = hashOf(static_cast<const u8 *>(data), bytes);
    Node *mine = nullptr;
    Atomic<Node *> *at = &root_;
    for (u64 h = hash;; h = h << 2 | h >> 62) {
      Node *n = at->loadAcquire();
      if (n == nullptr) {
        if (mine == nullptr && (mine = newNode(data, bytes, hash, new_chunk)) == nullptr) return nullptr;
        if (at->casSeqCst(nullptr, mine)) {
          enlist(mine);
          return mine;
        }
        n = at->loadAcquire();
      }
      if (n->hash == hash && n->bytes == bytes && __builtin_memcmp(n->data, data, bytes) == 0) return n;
      at = &n->child[h >> 62];
    }
  }

  // The newest node; the others follow by `next`. Nobody puts meanwhile.
  Node *first() const { return all_.loadAcquire(); }

  // Nobody else uses it.
  void reset(void (*free_chunk)(void *)) {
    root_.storeRelaxed(nullptr);  // relaxed: as all here, nobody looks
    all_.storeRelaxed(nullptr);
    last_id_.storeRelaxed(0);
    arena_.reset(free_chunk);
  }

private:
  static u64 hashOf(const u8 *p, u32 n) {  // FNV-1a, eight bytes at a time, then mixed
    u64 h = 0xcbf29ce484222325;
    for (; n >= 8; p += 8, n -= 8) {
      u64 w;
      __builtin_memcpy(&w, p, 8);
      h = (h ^ w) * 0x100000001b3;
      h ^= h >> 29;
    }
    for (; n > 0; p++, n--) h = (h ^ *p) * 0x100000001b3;
    h ^= h >> 32;
    return h * 0x9e3779b97f4a7c15;
  }

  Node *newNode(const void *data, u32 bytes, u64 hash, void *(*new_chunk)()) {
    auto *n = static_cast<Node *>(arena_.alloc(static_cast<u32>(sizeof(Node)) + bytes, new_chunk));
    if (n == nullptr) return nullptr;
    n->hash = hash;
    n->bytes = bytes;
    n->id = last_id_.add(1);  // lost if another thread puts the same first
    __builtin_memcpy(n->data, data, bytes);
    return n;
  }

  void enlist(Node *n) {
    Node *old;
    do {
      old = all_.loadAcquire();
      n->next = old;
    } while (!all_.casSeqCst(old, n));
  }

  Atomic<Node *> root_, all_;
  Atomic<u64> last_id_;
  TraceArena arena_;
};

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_TRACE_TABLE_H_
