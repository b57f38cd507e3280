#include "compiler/object/pcln.h"

#include <algorithm>
#include <utility>

namespace gannet::object {

FuncId funcIdOf(std::string_view name, bool is_wrapper) {
  if (is_wrapper)
    return FuncId::Wrapper;
  constexpr std::string_view kRuntime = "runtime.";
  if (!name.starts_with(kRuntime))
    return FuncId::Normal;
  name.remove_prefix(kRuntime.size());
  struct Entry {
    std::string_view name;
    FuncId id;
  };
  static constexpr Entry kEntries[] = {
      {"abort", FuncId::Abort},
      {"asmcgocall", FuncId::Asmcgocall},
      {"asyncPreempt", FuncId::AsyncPreempt},
      {"cgocallback", FuncId::Cgocallback},
      {"corostart", FuncId::Corostart},
      {"debugCallV2", FuncId::DebugCallV2},
      {"gcBgMarkWorker", FuncId::GcBgMarkWorker},
      {"rt0_go", FuncId::Rt0Go},
      {"goexit", FuncId::Goexit},
      {"gogo", FuncId::Gogo},
      {"gopanic", FuncId::Gopanic},
      {"handleAsyncEvent", FuncId::HandleAsyncEvent},
      {"main", FuncId::RuntimeMain},
      {"mcall", FuncId::Mcall},
      {"morestack", FuncId::Morestack},
      {"mstart", FuncId::Mstart},
      {"panicwrap", FuncId::Panicwrap},
      {"runFinalizers", FuncId::RunFinalizers},
      {"runCleanups", FuncId::RunCleanups},
      {"sigpanic", FuncId::Sigpanic},
      {"systemstack_switch", FuncId::SystemstackSwitch},
      {"systemstack", FuncId::Systemstack},
      {"deferreturn", FuncId::Wrapper},
  };
  for (const Entry &e : kEntries)
    if (e.name == name)
      return e.id;
  return FuncId::Normal;
}

void appendVarint(std::vector<std::uint8_t> &out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(std::uint8_t(value) | 0x80);
    value >>= 7;
  }
  out.push_back(std::uint8_t(value));
}

void PcTable::set(std::uint32_t pc, std::int32_t value) {
  if (!steps_.empty() && steps_.back().pc == pc) {
    steps_.back().value = value;
    return;
  }
  if (steps_.empty() ? (value == -1) : steps_.back().value == value)
    return;
  steps_.push_back({pc, value});
}

std::vector<std::uint8_t> PcTable::finish(std::uint32_t end_pc) {
  std::vector<std::uint8_t> out;
  std::int32_t old = -1;
  std::uint32_t pc = 0;
  std::int32_t current = -1;
  bool any = false;
  auto run = [&](std::uint32_t until) {
    if (until <= pc)
      return;
    std::uint32_t delta = std::uint32_t(current) - std::uint32_t(old);
    std::uint32_t zigzag = (delta << 1) ^ std::uint32_t(std::int32_t(delta) >> 31);
    appendVarint(out, zigzag);
    appendVarint(out, until - pc);
    old = current;
    pc = until;
    any = true;
  };
  for (const Step &s : steps_) {
    if (s.pc >= end_pc)
      break;
    if (s.value == current)
      continue;
    run(s.pc);
    current = s.value;
  }
  if (!any && current == -1)
    return {};
  run(end_pc);
  if (any)
    out.push_back(0);
  return out;
}

bool PcTableReader::readVarint(std::uint32_t &out) {
  out = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (rest_.empty())
      return false;
    std::uint8_t b = rest_.front();
    rest_ = rest_.subspan(1);
    out |= std::uint32_t(b & 0x7f) << shift;
    if (!(b & 0x80))
      return true;
  }
  return false;
}

bool PcTableReader::next() {
  std::uint32_t delta = 0, length = 0;
  if (rest_.size() >= 2 && (rest_[0] | rest_[1]) < 0x80) { // most pairs are so small
    delta = rest_[0], length = rest_[1];
    if (delta == 0 && !first_)
      return false;
    rest_ = rest_.subspan(2);
  } else if (!readVarint(delta) || (delta == 0 && !first_) || !readVarint(length)) {
    return false;
  }
  first_ = false;
  value = std::int32_t(std::uint32_t(value) + ((delta >> 1) ^ (~(delta & 1) + 1)));
  start = end;
  end += length;
  return true;
}

std::int32_t pcValue(std::span<const std::uint8_t> table, std::uint32_t pc) {
  PcTableReader reader(table);
  while (reader.next())
    if (pc < reader.end)
      return reader.value;
  return -1;
}

std::vector<std::uint8_t> encodeStackMap(std::uint32_t bit_count, std::span<const std::vector<std::uint8_t>> rows) {
  std::vector<std::uint8_t> out;
  std::uint32_t row_bytes = (bit_count + 7) / 8;
  auto word = [&](std::uint32_t v) {
    for (int i = 0; i < 4; i++)
      out.push_back(std::uint8_t(v >> (8 * i)));
  };
  word(std::uint32_t(rows.size()));
  word(bit_count);
  for (const auto &row : rows)
    for (std::uint32_t i = 0; i < row_bytes; i++)
      out.push_back(i < row.size() ? row[i] : 0);
  return out;
}

std::vector<std::uint8_t> encodeStackObjects(std::span<const StackObject> objects) {
  constexpr std::size_t kRecordBytes = 16, kHeadBytes = 4;
  std::vector<std::uint8_t> out, masks;
  auto word = [&](std::uint32_t v) {
    for (int i = 0; i < 4; i++)
      out.push_back(std::uint8_t(v >> (8 * i)));
  };
  std::vector<std::pair<std::span<const std::uint8_t>, std::uint32_t>> known; // equal masks are written once
  auto maskAt = [&](const std::vector<std::uint8_t> &mask) {
    for (auto &[bytes, at] : known)
      if (std::equal(bytes.begin(), bytes.end(), mask.begin(), mask.end()))
        return at;
    const auto at = std::uint32_t(kHeadBytes + kRecordBytes * objects.size() + masks.size());
    masks.insert(masks.end(), mask.begin(), mask.end());
    known.emplace_back(mask, at);
    return at;
  };
  word(std::uint32_t(objects.size()));
  for (const StackObject &o : objects) {
    std::int32_t words = std::int32_t(o.ptr_mask.size() * 8);
    while (words != 0 && (o.ptr_mask[std::size_t(words - 1) / 8] >> ((words - 1) % 8) & 1) == 0)
      --words;
    word(std::uint32_t(o.offset)), word(std::uint32_t(o.size_bytes)), word(std::uint32_t(words));
    word(maskAt(o.ptr_mask));
  }
  out.insert(out.end(), masks.begin(), masks.end());
  return out;
}

} // namespace gannet::object
