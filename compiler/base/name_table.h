// A map from names to small values, in one block of memory: where a linker looks up a million names, a node a name costs more
// than all else.
#ifndef GANNET_COMPILER_BASE_NAME_TABLE_H
#define GANNET_COMPILER_BASE_NAME_TABLE_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace gannet {

inline std::uint32_t nameHash(std::string_view name) { return std::uint32_t(std::hash<std::string_view>()(name)); }

// Open addressing with linear probing (Knuth, TAOCP 6.4, algorithm L). The names are not copied: they must live as long as the
// table. Nothing is ever removed. Not thread-safe; finding alone is, by several threads.
template <typename Value> class NameTable {
public:
  // Makes room for `names` without growing.
  void reserve(std::size_t names) {
    std::size_t slots = 16;
    while (slots * 3 / 4 < names)
      slots *= 2;
    if (slots > slots_.size())
      rehash(slots);
  }

  // The value of `name`, which is `value` if the name is new (then the second result is true). The pointer is good until
  // the next insertion.
  std::pair<Value *, bool> insert(std::string_view name, Value value) { return insert(name, nameHash(name), std::move(value)); }
  // The same where the name's hash is known already.
  std::pair<Value *, bool> insert(std::string_view name, std::uint32_t hash, Value value) {
    if ((count_ + 1) * 4 > slots_.size() * 3)
      rehash(slots_.empty() ? 16 : slots_.size() * 2);
    for (std::size_t at = hash;; ++at) {
      Slot &s = slots_[at & (slots_.size() - 1)];
      if (!s.used) {
        s = {name, hash, true, std::move(value)};
        ++count_;
        return {&s.value, true};
      }
      if (s.hash == hash && s.name == name)
        return {&s.value, false};
    }
  }

  // Null if there is none.
  const Value *find(std::string_view name) const {
    if (slots_.empty())
      return nullptr;
    const std::uint32_t hash = nameHash(name);
    for (std::size_t at = hash;; ++at) {
      const Slot &s = slots_[at & (slots_.size() - 1)];
      if (!s.used)
        return nullptr;
      if (s.hash == hash && s.name == name)
        return &s.value;
    }
  }

  std::size_t size() const { return count_; }

  // A name of that hash is looked up soon.
  void prefetch(std::uint32_t hash) const {
    if (!slots_.empty())
      __builtin_prefetch(&slots_[hash & (slots_.size() - 1)], 1);
  }

private:
  struct Slot {
    std::string_view name;
    std::uint32_t hash = 0;
    bool used = false;
    Value value{};
  };

  void rehash(std::size_t slots) {
    std::vector<Slot> old(slots);
    old.swap(slots_);
    for (Slot &from : old) {
      if (!from.used)
        continue;
      std::size_t at = from.hash;
      while (slots_[at & (slots - 1)].used)
        ++at;
      slots_[at & (slots - 1)] = std::move(from);
    }
  }

  std::vector<Slot> slots_; // a power of two, at most three quarters used
  std::size_t count_ = 0;
};

} // namespace gannet

#endif
