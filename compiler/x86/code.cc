// Code: labels, relaxation of jumps, relocations.
//
// Jumps start short and grow while their target is out of reach; growth is monotone, so the loop ends. Padding is
// recomputed with every round. Offsets before finish() count each jump in its long form.
#include "compiler/x86/encoder.h"

#include "compiler/base/check.h"

#include <algorithm>

namespace gannet::x86 {

namespace {

constexpr std::uint32_t kUnbound = ~0u;

// The recommended multi-byte no-operations, Intel SDM vol. 2B, "NOP".
constexpr std::uint8_t kNops[9][9] = {
    {0x90},
    {0x66, 0x90},
    {0x0f, 0x1f, 0x00},
    {0x0f, 0x1f, 0x40, 0x00},
    {0x0f, 0x1f, 0x44, 0x00, 0x00},
    {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
    {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
    {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
};

void put32(std::vector<std::uint8_t> &bytes, std::size_t at, std::int64_t v) {
  for (unsigned i = 0; i != 4; ++i)
    bytes[at + i] = static_cast<std::uint8_t>(v >> (8 * i));
}

} // namespace

Label Code::newLabel() {
  labels_.push_back(kUnbound);
  return {static_cast<std::uint32_t>(labels_.size() - 1)};
}

void Code::bind(Label l) {
  GANNET_CHECK(labels_[l.id] == kUnbound, "label bound twice");
  labels_[l.id] = here();
}

bool Code::emit(Opcode op, std::span<const Operand> operands, std::uint8_t prefix, bool checked) {
  const std::uint32_t start = here();
  Encoder::Result r = encoder_.encode({op, prefix, operands}, bytes_);
  if (r.length == 0) {
    GANNET_CHECK(!checked, "instruction refused: " + encoder_.error());
    return false;
  }
  const std::uint32_t end = here();
  for (unsigned i = 0; i != r.field_count; ++i) {
    const Encoder::Field &field = r.fields[i];
    const Operand &o = operands[field.operand];
    const std::uint32_t at = start + field.offset;
    const bool is_mem = o.kind == Operand::Kind::Mem;
    Label label = is_mem ? o.mem.label : o.label;
    SymId sym = is_mem ? o.mem.sym : o.sym;
    std::int64_t addend = is_mem ? o.mem.disp : o.imm;
    if (label.known()) {
      label_fixups_.push_back({at, end, label.id, static_cast<std::int32_t>(addend), field.size});
      continue;
    }
    Fixup fixup{at, FixupKind::PcRel32, sym, addend};
    if (is_mem && o.mem.tls_sym)
      fixup.kind = FixupKind::TpOff32;
    else if (is_mem && o.mem.absolute_sym)
      fixup.kind = FixupKind::Abs32S;
    else if (is_mem)
      fixup.addend -= end - at;
    else if (OpcodeShape s = shape(op); s.is_call || s.is_branch)
      fixup.kind = FixupKind::Call32, fixup.addend -= end - at;
    else if (field.size == 8)
      fixup.kind = FixupKind::Abs64;
    else
      fixup.kind = opcodeName(op).ends_with("64ri32") || opcodeName(op).ends_with("64mi32") ? FixupKind::Abs32S
                                                                                             : FixupKind::Abs32;
    fixups_.push_back(fixup);
  }
  return true;
}

void Code::addJump(int cond, Label to) {
  const std::uint32_t long_size = cond < 0 ? 5 : 6;
  elastic_.push_back({here(), long_size, 2, to.id, 0, static_cast<std::int8_t>(cond)});
  bytes_.resize(bytes_.size() + long_size);
}

void Code::jump(Label to) { addJump(-1, to); }
void Code::jump(Cond cond, Label to) { addJump(static_cast<int>(cond), to); }

void Code::shortJump(Opcode op, Label to) {
  Operand target = Operand::target(to);
  emit(op, std::span(&target, 1));
  label_fixups_.back().size = 1;
}

void Code::call(SymId sym, std::int64_t addend) {
  bytes_.push_back(0xE8);
  fixups_.push_back({here(), FixupKind::Call32, sym, addend - 4});
  bytes_.resize(bytes_.size() + 4);
}

void Code::jumpToSymbol(SymId sym, std::int64_t addend) {
  bytes_.push_back(0xE9);
  fixups_.push_back({here(), FixupKind::Call32, sym, addend - 4});
  bytes_.resize(bytes_.size() + 4);
}

void Code::jumpToSymbol(Cond cond, SymId sym) {
  bytes_.push_back(0x0F);
  bytes_.push_back(static_cast<std::uint8_t>(0x80 | static_cast<unsigned>(cond)));
  fixups_.push_back({here(), FixupKind::Call32, sym, -4});
  bytes_.resize(bytes_.size() + 4);
}

void Code::bytes(std::span<const std::uint8_t> raw) { bytes_.insert(bytes_.end(), raw.begin(), raw.end()); }

void Code::address(SymId sym, std::int64_t addend) {
  fixups_.push_back({here(), FixupKind::Abs64, sym, addend});
  bytes_.resize(bytes_.size() + 8);
}

void Code::align(std::uint32_t bytes) {
  alignment_ = std::max(alignment_, bytes);
  elastic_.push_back({here(), 0, 0, kUnbound, bytes, -1});
}

// A label bound at an elastic's own place stands before it; padding is the exception that the caller sees only as
// "label after align()", whose provisional offset is the same: a bound there counts as after the padding.
std::uint32_t Code::finalOffset(std::uint32_t provisional) const {
  // The last elastic that ends at or before `provisional` decides the shift.
  auto after = std::upper_bound(elastic_.begin(), elastic_.end(), provisional,
                                [](std::uint32_t p, const Elastic &e) { return p < e.at + e.reserve; });
  if (after == elastic_.begin())
    return provisional;
  std::size_t i = static_cast<std::size_t>(after - elastic_.begin()) - 1;
  return elastic_final_[i] + (provisional - elastic_[i].at - elastic_[i].reserve);
}

bool Code::finish() {
  elastic_final_.resize(elastic_.size());
  auto place = [&] {
    std::int64_t shift = 0;
    for (std::size_t i = 0; i != elastic_.size(); ++i) {
      Elastic &e = elastic_[i];
      std::int64_t at = e.at + shift;
      if (e.align != 0)
        e.size = static_cast<std::uint32_t>(-at & (e.align - 1));
      elastic_final_[i] = static_cast<std::uint32_t>(at + e.size);
      shift += static_cast<std::int64_t>(e.size) - e.reserve;
    }
  };
  place();
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i != elastic_.size(); ++i) {
      Elastic &e = elastic_[i];
      if (e.align != 0 || e.size != 2)
        continue;
      GANNET_CHECK(labels_[e.label] != kUnbound, "jump to a label that is nowhere");
      std::int64_t distance = static_cast<std::int64_t>(finalOffset(labels_[e.label])) - elastic_final_[i];
      if (distance < -128 || distance > 127)
        e.size = e.reserve, changed = true;
    }
    if (changed)
      place();
  }

  final_.clear();
  final_.reserve(bytes_.size());
  std::uint32_t from = 0;
  for (std::size_t i = 0; i != elastic_.size(); ++i) {
    const Elastic &e = elastic_[i];
    final_.insert(final_.end(), bytes_.begin() + from, bytes_.begin() + e.at);
    from = e.at + e.reserve;
    if (e.align != 0) {
      for (std::uint32_t left = e.size; left != 0;) {
        std::uint32_t n = std::min<std::uint32_t>(left, 9);
        final_.insert(final_.end(), kNops[n - 1], kNops[n - 1] + n);
        left -= n;
      }
      continue;
    }
    std::int64_t distance = static_cast<std::int64_t>(finalOffset(labels_[e.label])) - elastic_final_[i];
    if (e.size == 2) {
      final_.push_back(static_cast<std::uint8_t>(e.cond < 0 ? 0xEB : 0x70 | e.cond));
      final_.push_back(static_cast<std::uint8_t>(distance));
      continue;
    }
    if (e.cond < 0)
      final_.push_back(0xE9);
    else
      final_.push_back(0x0F), final_.push_back(static_cast<std::uint8_t>(0x80 | e.cond));
    final_.resize(final_.size() + 4);
    put32(final_, final_.size() - 4, distance);
  }
  final_.insert(final_.end(), bytes_.begin() + from, bytes_.end());

  bool ok = true;
  for (const LabelFixup &fixup : label_fixups_) {
    GANNET_CHECK(labels_[fixup.label] != kUnbound, "reference to a label that is nowhere");
    std::uint32_t at = finalOffset(fixup.at);
    std::int64_t distance =
        static_cast<std::int64_t>(finalOffset(labels_[fixup.label])) + fixup.addend - finalOffset(fixup.end);
    if (fixup.size == 1) {
      ok &= distance >= -128 && distance <= 127;
      final_[at] = static_cast<std::uint8_t>(distance);
    } else {
      put32(final_, at, distance);
    }
  }
  for (Fixup &fixup : fixups_)
    fixup.offset = finalOffset(fixup.offset);
  std::stable_sort(fixups_.begin(), fixups_.end(), [](const Fixup &a, const Fixup &b) { return a.offset < b.offset; });
  return ok;
}

} // namespace gannet::x86
