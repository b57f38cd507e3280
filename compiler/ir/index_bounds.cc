#include "compiler/ir/index_bounds.h"

#include "compiler/constant/value.h"
#include "compiler/ir/finalize.h"
#include "compiler/types/predicates.h"
#include "compiler/types/sizes.h"

#include <algorithm>
#include <optional>

namespace gannet::ir {
namespace {

std::optional<std::uint64_t> constantOf(const Node &n) {
  return n.op == Op::Const ? constant::uint64Val(n.value()) : std::nullopt;
}

// The mask that is left of x &^ constant, if it has no sign.
std::optional<std::uint64_t> maskWithout(const Node &n) {
  std::int64_t bits = 8 * types::sizeOf(n.type);
  if (bits == 0)
    return std::nullopt;
  if (types::isUnsigned(n.type)) {
    auto c = constant::uint64Val(n.y->value());
    return c ? std::optional(~*c & (~std::uint64_t(0) >> (64 - bits))) : std::nullopt;
  }
  auto c = constant::int64Val(n.y->value());
  return c && *c < 0 ? std::optional(static_cast<std::uint64_t>(~*c)) : std::nullopt;
}

// A number that is never exceeded by the integer n, which is never negative; none if nothing is known.
std::optional<std::uint64_t> largest(const Node &n) {
  if (auto c = constantOf(n))
    return c;
  std::optional<std::uint64_t> by_type, best;
  if (types::isUnsigned(n.type) && types::sizeOf(n.type) != 0)
    by_type = ~std::uint64_t(0) >> (64 - 8 * types::sizeOf(n.type));
  switch (n.op) {
  case Op::And: // a mask without sign takes the sign of the other away
    for (const Node *side : {n.x, n.y})
      if (auto c = constantOf(*side))
        best = std::min(best.value_or(*c), *c);
    break;
  case Op::AndNot:
    if (n.y->op == Op::Const)
      best = maskWithout(n);
    break;
  case Op::Rem:
    if (auto c = constantOf(*n.y); by_type && c && *c != 0)
      best = *c - 1;
    break;
  case Op::Div:
    if (auto c = constantOf(*n.y); by_type && c && *c != 0)
      best = *by_type / *c;
    break;
  case Op::Shr:
    if (auto c = constantOf(*n.y); by_type && c)
      best = *c < 64 ? *by_type >> *c : 0;
    break;
  default:
    break;
  }
  if (by_type && best)
    return std::min(*by_type, *best);
  return best ? best : by_type;
}

} // namespace

void markBoundedIndices(const Package &package, Func &func, Diagnostics *diagnostics) {
  walk(func.body, [&](Node &n) {
    if (n.op != Op::Index || n.has(kBounded))
      return;
    std::optional<std::uint64_t> length;
    if (auto *array = types::underAs<types::Array>(n.x->type))
      length = static_cast<std::uint64_t>(array->len);
    else if (n.x->op == Op::Const && types::isString(n.x->type))
      length = n.x->value().stringVal().size();
    std::optional<std::uint64_t> index = length ? largest(*n.y) : std::nullopt;
    if (!index || *index >= *length)
      return;
    n.set(kBounded);
    if (diagnostics && package.options.explain > 0 && n.y->op != Op::Const && n.inline_site == 0)
      diagnostics->note(n.pos, "index bounds check elided");
  });
}

} // namespace gannet::ir
