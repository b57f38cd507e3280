// Names of things in a Func: dense 32-bit ids, and arrays indexed by them.
#ifndef GANNET_COMPILER_SSA_IDS_H
#define GANNET_COMPILER_SSA_IDS_H

#include "compiler/base/id.h"

#include <vector>

namespace gannet::ssa {

struct ValueId : Id<ValueId> { using Id::Id; };   // printed v<raw>
struct BlockId : Id<BlockId> { using Id::Id; };   // b<raw>
struct SymId : Id<SymId> { using Id::Id; };       // a linker symbol that the function names
struct LayoutId : Id<LayoutId> { using Id::Id; }; // size, alignment and pointers of a Go type
struct LocalId : Id<LocalId> { using Id::Id; };   // a variable in the frame, or a stack-passed parameter or result
struct CallId : Id<CallId> { using Id::Id; };     // who is called and how
struct InlineSiteId : Id<InlineSiteId> { using Id::Id; };

// An array with a default, indexed by an id, growing as needed. References die when it grows.
template <typename I, typename T> class SideTable {
public:
  explicit SideTable(std::size_t count = 0, T fill = T()) : items_(count, fill), fill_(fill) {}
  decltype(auto) operator[](I id) {
    if (id.raw >= items_.size())
      items_.resize(id.raw + 1, fill_);
    return items_[id.raw];
  }
  T at(I id) const { return id.raw < items_.size() ? T(items_[id.raw]) : fill_; }
  const T *find(I id) const { return id.raw < items_.size() ? &items_[id.raw] : nullptr; }
  void clear() { items_.assign(items_.size(), fill_); }
  std::size_t size() const { return items_.size(); }

private:
  std::vector<T> items_;
  T fill_;
};

} // namespace gannet::ssa

#endif
