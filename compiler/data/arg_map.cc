#include "compiler/data/arg_map.h"

#include "compiler/object/pcln.h"
#include "compiler/types/object.h"

namespace gannet::data {

void emitArgMap(const ir::Func &func, Layouts &layouts, object::Unit &unit) {
  const types::Signature &sig = *func.sig;
  std::int64_t at = 0;
  std::vector<std::uint8_t> mask;
  auto place = [&](types::Type *t) {
    std::int64_t align = layouts.alignOf(t);
    at = (at + align - 1) / align * align;
    layouts.markPointers(t, at, mask);
    at += layouts.sizeOf(t);
  };
  auto roundToWord = [&] { at = (at + kWordBytes - 1) / kWordBytes * kWordBytes; };
  if (sig.recv)
    place(sig.recv->type);
  if (sig.params)
    for (const types::Var *v : sig.params->vars)
      place(v->type);
  roundToWord();
  std::vector<std::vector<std::uint8_t>> rows{mask};
  if (sig.results && !sig.results->vars.empty()) {
    for (const types::Var *v : sig.results->vars)
      place(v->type);
    roundToWord();
    rows.push_back(mask);
  }
  object::SymbolId id = unit.symbol(func.name + ".args_stackmap");
  unit.define(id, object::SymbolKind::FuncData, object::kDupOk, 4,
              object::encodeStackMap(static_cast<std::uint32_t>(at / kWordBytes), rows));
}

} // namespace gannet::data
