#include "compiler/ssa/build/arg_info.h"

#include "compiler/types/object.h"

namespace gannet::ssa {

namespace {

using types::TypeKind;

// internal/abi: TraceArgsLimit and so on.
constexpr int kMostComponents = 10, kMostDepth = 5;
constexpr std::uint8_t kEnd = 0xff, kStartAggregate = 0xfe, kEndAggregate = 0xfd, kDotDotDot = 0xfc, kOffsetTooLarge = 0xfb;
constexpr std::int64_t kFirstMark = 0xf0; // larger offsets have no room

class ArgInfoWriter {
public:
  explicit ArgInfoWriter(data::Layouts &layouts) : layouts_(layouts) {}

  // False if there is no room for more: then nothing after it is described.
  bool add(types::Type *t, std::int64_t offset, int depth) {
    if (count_ >= kMostComponents) {
      out.push_back(kDotDotDot);
      return false;
    }
    types::Type *u = types::under(t);
    if (!isAggregate(u)) {
      addScalar(layouts_.sizeOf(u), offset);
      return true;
    }
    out.push_back(kStartAggregate);
    if (depth + 1 >= kMostDepth) {
      out.push_back(kDotDotDot);
      count_++;
    } else {
      addParts(u, offset, depth + 1);
    }
    out.push_back(kEndAggregate);
    return true;
  }

  std::vector<std::uint8_t> out;

private:
  static bool isBasic(const types::Type *u, types::BasicKind a, types::BasicKind b) {
    if (u->kind != TypeKind::Basic)
      return false;
    const types::BasicKind kind = static_cast<const types::Basic *>(u)->basic;
    return kind == a || kind == b;
  }
  static bool isString(const types::Type *u) { return isBasic(u, types::BasicKind::String, types::BasicKind::UntypedString); }
  static bool isComplex(const types::Type *u) { return isBasic(u, types::BasicKind::Complex64, types::BasicKind::Complex128); }
  static bool isAggregate(const types::Type *u) {
    return u->kind == TypeKind::Struct || u->kind == TypeKind::Array || u->kind == TypeKind::Slice ||
           u->kind == TypeKind::Interface || isString(u) || isComplex(u);
  }

  void addScalar(std::int64_t size, std::int64_t offset) {
    if (offset >= kFirstMark) {
      out.push_back(kOffsetTooLarge);
    } else {
      out.push_back(static_cast<std::uint8_t>(offset));
      out.push_back(static_cast<std::uint8_t>(size));
    }
    count_++;
  }

  // `n` scalars of `size` bytes, as far as there is room.
  void addScalars(int n, std::int64_t size, std::int64_t offset) {
    for (int i = 0; i < n; ++i) {
      if (count_ >= kMostComponents) {
        out.push_back(kDotDotDot);
        return;
      }
      addScalar(size, offset + i * size);
    }
  }

  void addParts(types::Type *u, std::int64_t offset, int depth) {
    if (isString(u) || u->kind == TypeKind::Interface)
      return addScalars(2, data::kWordBytes, offset);
    if (u->kind == TypeKind::Slice)
      return addScalars(3, data::kWordBytes, offset);
    if (isComplex(u))
      return addScalars(2, layouts_.sizeOf(u) / 2, offset);
    if (u->kind == TypeKind::Array) {
      auto *a = static_cast<types::Array *>(u);
      count_ += a->len == 0; // the empty braces
      for (std::int64_t i = 0; i < a->len && add(a->elem, offset + i * layouts_.sizeOf(a->elem), depth); ++i) {
      }
      return;
    }
    auto *s = static_cast<types::Struct *>(u);
    count_ += s->fields.empty();
    const std::vector<std::int64_t> &offsets = layouts_.of(s).offsets;
    for (std::size_t i = 0; i < s->fields.size() && add(s->fields[i]->type, offset + offsets[i], depth); ++i) {
    }
  }

  data::Layouts &layouts_;
  int count_ = 0;
};

} // namespace

std::vector<std::uint8_t> argInfo(std::span<types::Type *const> params, const AbiSignature &sig, data::Layouts &layouts) {
  ArgInfoWriter writer(layouts);
  for (std::size_t i = 0; i < params.size(); ++i) {
    const AbiSlot &slot = sig.params[i];
    if (!writer.add(params[i], slot.in_registers ? slot.spill_offset : slot.stack_offset, 0))
      break;
  }
  writer.out.push_back(kEnd);
  return std::move(writer.out);
}

} // namespace gannet::ssa
