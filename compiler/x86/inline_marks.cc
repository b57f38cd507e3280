// The lines of the marked calls are gathered first, then which of them real
// instructions have: those that encode to something wherever their registers
// are. A mark of another line is an instruction of its own, which does nothing.
#include "compiler/x86/inline_marks.h"

#include <algorithm>

namespace gannet::x86 {

namespace {

std::uint32_t rawSite(const ssa::SrcPos &pos) {
  return pos.site ? pos.site.raw + 1 : 0;
}

bool isSureToBeEmitted(const MInst &inst) {
  return inst.op < kFirstPseudo || inst.op == PCall || inst.op == PCallReg;
}

} // namespace

InlineMarks::InlineMarks(const MachFunc &mf, const SourceSet *sources)
    : mf_(mf), sources_(sources), marks_(mf.ssa.inlineSiteCount(), kNone),
      line_of_(mf.ssa.inlineSiteCount(), kNone) {
  if (sources == nullptr || marks_.empty())
    return;
  std::vector<std::uint32_t> marked;
  for (std::uint32_t b : mf.order)
    for (const MInst &inst : mf.blocks[b].insts)
      if (inst.op == PInlineMark)
        marked.push_back(static_cast<std::uint32_t>(mf.ops(inst)[0].imm));
  sites_.assign(marks_.size() + 1, 0);
  for (std::uint32_t site : marked)
    if (const ssa::SrcPos &call = mf.ssa[ssa::InlineSiteId(site)].call;
        call.pos.known()) {
      lines_.push_back({keyOf(call)});
      sites_[rawSite(call)] = 1;
    }
  std::sort(lines_.begin(), lines_.end(),
            [](const Line &a, const Line &b) { return a.key < b.key; });
  lines_.erase(
      std::unique(lines_.begin(), lines_.end(),
                  [](const Line &a, const Line &b) { return a.key == b.key; }),
      lines_.end());
  for (std::uint32_t site : marked)
    if (const ssa::SrcPos &call = mf.ssa[ssa::InlineSiteId(site)].call;
        call.pos.known())
      line_of_[site] = find(keyOf(call));
  for (std::uint32_t b : mf.order)
    for (const MInst &inst : mf.blocks[b].insts)
      if (const std::uint32_t line = lineOf(inst); line != kNone)
        lines_[line].used = true;
}

InlineMarks::Key InlineMarks::keyOf(const ssa::SrcPos &pos) const {
  const ShownPos shown = sources_->shown(pos.pos);
  return {rawSite(pos), shown.file, static_cast<std::uint32_t>(shown.line)};
}

std::uint32_t InlineMarks::find(const Key &key) const {
  auto found =
      std::lower_bound(lines_.begin(), lines_.end(), key,
                       [](const Line &l, const Key &k) { return l.key < k; });
  return found != lines_.end() && found->key == key
             ? static_cast<std::uint32_t>(found - lines_.begin())
             : kNone;
}

std::uint32_t InlineMarks::lineOf(const MInst &inst) const {
  if (!isSureToBeEmitted(inst) || isZeroStore(mf_, inst))
    return kNone;
  const ssa::SrcPos &pos = mf_.positions[inst.pos];
  return pos.pos.known() && sites_[rawSite(pos)] != 0 ? find(keyOf(pos))
                                                      : kNone;
}

bool InlineMarks::hasOther(ssa::InlineSiteId site) const {
  return line_of_[site.raw] != kNone && lines_[line_of_[site.raw]].used;
}

void InlineMarks::note(const MInst &inst, std::uint32_t at) {
  if (const std::uint32_t line = lineOf(inst);
      line != kNone && lines_[line].at == kNone)
    lines_[line].at = at;
}

std::uint32_t InlineMarks::of(ssa::InlineSiteId site) const {
  if (marks_[site.raw] != kNone || line_of_[site.raw] == kNone)
    return marks_[site.raw];
  return lines_[line_of_[site.raw]].at;
}

} // namespace gannet::x86
