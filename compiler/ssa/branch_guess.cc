#include "compiler/ssa/branch_guess.h"

#include <algorithm>

namespace gannet::ssa {
namespace {

// The rarer the greater.
enum Rarity : std::uint8_t { Default, Calls, Returns, Exits };
constexpr const char *kRarityNames[] = {"default", "call", "ret", "exit"};

class Guesser {
public:
  Guesser(PassContext &ctx, const Func &f, const Loops &loops)
      : ctx_(ctx), f_(f), loops_(loops), here_(f.blockCount(), Default), at_best_(f.blockCount(), Default),
        guess_(f.blockCount(), 0) {}

  std::vector<std::int8_t> run(const Dominators &doms) {
    const std::vector<BlockId> &rpo = doms.reversePostorder();
    // successors first; what a back edge leads to is not known yet, and passes for the usual
    for (std::size_t i = rpo.size(); i-- > 0;)
      visit(rpo[i]);
    return std::move(guess_);
  }

private:
  void visit(BlockId b) {
    const Block &block = f_[b];
    Rarity &best = at_best_[b.raw];
    if (block.kind == BlockKind::Exit || block.kind == BlockKind::Ret) {
      here_[b.raw] = best = block.kind == BlockKind::Exit ? Exits : Returns;
      return;
    }
    best = Exits;
    for (Edge e : block.succs)
      best = std::min(best, at_best_[e.block.raw]);
    if (block.succs.size() == 2)
      guess(b);
    if (std::any_of(block.values.begin(), block.values.end(), [&](ValueId v) { return hasEffect(f_[v].op, Effects::Call); })) {
      here_[b.raw] = Calls;
      best = std::max(best, Calls);
    }
  }

  void guess(BlockId b) {
    BlockId s0 = f_[b].succs[0].block, s1 = f_[b].succs[1].block;
    std::int32_t loop = loops_.innermost(b), loop0 = loops_.innermost(s0), loop1 = loops_.innermost(s1);
    if (loop >= 0 && loop0 != loop1) {
      if (loop1 < 0 || (loop0 >= 0 && loop == loop0))
        choose(b, 1, "stay in loop");
      else if (loop0 < 0 || loop == loop1)
        choose(b, -1, "stay in loop");
      return;
    }
    for (const std::vector<Rarity> *rarity : {&at_best_, &here_}) {
      Rarity r0 = (*rarity)[s0.raw], r1 = (*rarity)[s1.raw];
      if (r0 == r1)
        continue;
      choose(b, r0 < r1 ? 1 : -1, std::string(kRarityNames[std::min(r0, r1)]) + " < " + kRarityNames[std::max(r0, r1)]);
      return;
    }
  }

  void choose(BlockId b, std::int8_t side, const std::string &rule) {
    guess_[b.raw] = side;
    if (ctx_.debug() == 0)
      return;
    const char *known = f_[b].likely == 0      ? ""
                        : f_[b].likely == side ? " (agrees with previous)"
                                               : " (disagrees with previous, ignored)";
    ctx_.remark(f_[b].pos, "Branch prediction rule " + rule + known);
  }

  PassContext &ctx_;
  const Func &f_;
  const Loops &loops_;
  std::vector<Rarity> here_;    // the rarest that the block itself does
  std::vector<Rarity> at_best_; // that every way on comes to
  std::vector<std::int8_t> guess_;
};

} // namespace

std::vector<std::int8_t> guessBranches(PassContext &ctx, const Func &f, const Dominators &doms, const Loops &loops) {
  return Guesser(ctx, f, loops).run(doms);
}

} // namespace gannet::ssa
