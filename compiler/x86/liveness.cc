// Liveness by walking up from each use; distances by two backward sweeps, which is enough for a heuristic.
#include "compiler/x86/liveness.h"

#include <algorithm>

namespace gannet::x86 {

bool isCallInst(const MInst &inst) { return inst.op == PCall || inst.op == PCallReg || inst.op == PBoundsCall; }

namespace {

constexpr std::uint32_t kInfinite = 0x3fffffff;

void findOrder(const MachFunc &mf, Liveness &live) {
  std::vector<std::uint8_t> seen(mf.blocks.size(), 0);
  std::vector<std::pair<std::uint32_t, std::size_t>> stack{{mf.order.front(), 0}};
  seen[mf.order.front()] = 1;
  while (!stack.empty()) {
    auto &[b, next] = stack.back();
    const auto &succs = mf.blocks[b].succs;
    if (next == succs.size()) {
      live.rpo.push_back(b);
      stack.pop_back();
      continue;
    }
    std::uint32_t to = succs[next++];
    if (!seen[to])
      seen[to] = 1, stack.emplace_back(to, 0);
  }
  std::reverse(live.rpo.begin(), live.rpo.end());
  live.rpo_index.assign(mf.blocks.size(), 0);
  for (std::uint32_t i = 0; i != live.rpo.size(); ++i)
    live.rpo_index[live.rpo[i]] = i;
}

bool hasCall(const MBlock &block) {
  for (const MInst &inst : block.insts)
    if (isCallInst(inst))
      return true;
  return false;
}

// Natural loops of back edges (edges that go up in reverse postorder).
void findLoops(const MachFunc &mf, Liveness &live) {
  live.loop_depth.assign(mf.blocks.size(), 0);
  live.loop_of_header.assign(mf.blocks.size(), -1);
  std::vector<std::uint32_t> mark(mf.blocks.size(), 0);
  std::uint32_t stamp = 0;
  for (std::uint32_t header : live.rpo) {
    std::vector<std::uint32_t> work;
    ++stamp;
    for (std::uint32_t p : mf.blocks[header].preds)
      if (live.rpo_index[p] >= live.rpo_index[header] && mark[p] != stamp)
        mark[p] = stamp, work.push_back(p);
    if (work.empty())
      continue;
    mark[header] = stamp;
    Liveness::Loop loop{header};
    std::vector<std::uint32_t> body{header};
    while (!work.empty()) {
      std::uint32_t b = work.back();
      work.pop_back();
      if (b == header)
        continue;
      body.push_back(b);
      for (std::uint32_t p : mf.blocks[b].preds)
        if (mark[p] != stamp && live.rpo_index[p] >= live.rpo_index[header])
          mark[p] = stamp, work.push_back(p);
    }
    for (std::uint32_t b : body) {
      ++live.loop_depth[b];
      loop.has_call |= hasCall(mf.blocks[b]);
      std::uint32_t count[2] = {0, 0};
      for (const LiveValue &v : live.in[b])
        ++count[static_cast<unsigned>(mf.vregs[v.vreg].cls)];
      for (const MPhi &phi : mf.blocks[b].phis)
        ++count[static_cast<unsigned>(mf.vregs[phi.def].cls)];
      for (unsigned c = 0; c != 2; ++c)
        loop.pressure[c] = std::max(loop.pressure[c], count[c]);
    }
    live.loop_of_header[header] = static_cast<std::int32_t>(live.loops.size());
    live.loops.push_back(loop);
  }
}

} // namespace

Liveness computeLiveness(MachFunc &mf) {
  Liveness live;
  findOrder(mf, live);
  const std::size_t block_count = mf.blocks.size();
  live.in.resize(block_count), live.out.resize(block_count);

  // Where each is used: (vreg, block) pairs; a phi's operand is used at the end of its predecessor.
  constexpr std::uint32_t kNone = ~0u;
  std::vector<std::uint32_t> def_block(mf.vregs.size(), kNone);
  struct UseIn {
    VReg v;
    std::uint32_t block;
    bool at_end;
  };
  std::vector<UseIn> uses;
  std::vector<std::uint32_t> last_seen(mf.vregs.size(), kNone);
  for (std::uint32_t b : live.rpo) {
    MBlock &block = mf.blocks[b];
    for (const MPhi &phi : block.phis) {
      def_block[phi.def] = b;
      for (std::size_t i = 0; i != phi.args.size(); ++i)
        uses.push_back({phi.args[i], block.preds[i], true});
    }
    for (const MInst &inst : block.insts) {
      forEachUse(mf, inst, [&](VReg v, Reg &, MOperand *) {
        if (def_block[v] != b && last_seen[v] != b)
          last_seen[v] = b, uses.push_back({v, b, false});
      });
      const MOperand *ops = mf.ops(inst);
      for (unsigned i = 0; i != inst.count; ++i)
        if (ops[i].kind == MOperand::Kind::Def)
          def_block[ops[i].vreg] = b;
    }
  }
  std::stable_sort(uses.begin(), uses.end(), [](const UseIn &a, const UseIn &b) { return a.v < b.v; });
  std::vector<std::uint32_t> in_stamp(block_count, kNone), out_stamp(block_count, kNone), work;
  for (const UseIn &use : uses) {
    if (mf.vregs[use.v].remat != Remat::None)
      continue;
    work.clear();
    auto liveOut = [&](std::uint32_t b) {
      if (out_stamp[b] == use.v)
        return;
      out_stamp[b] = use.v;
      live.out[b].push_back({use.v, kInfinite});
      if (def_block[use.v] != b && in_stamp[b] != use.v)
        in_stamp[b] = use.v, work.push_back(b);
    };
    if (use.at_end)
      liveOut(use.block);
    else if (def_block[use.v] != use.block && in_stamp[use.block] != use.v)
      in_stamp[use.block] = use.v, work.push_back(use.block);
    while (!work.empty()) {
      std::uint32_t b = work.back();
      work.pop_back();
      live.in[b].push_back({use.v, kInfinite});
      for (std::uint32_t p : mf.blocks[b].preds)
        liveOut(p);
    }
  }
  auto byVReg = [](const LiveValue &a, const LiveValue &b) { return a.vreg < b.vreg; };
  for (std::size_t b = 0; b != block_count; ++b) {
    std::sort(live.in[b].begin(), live.in[b].end(), byVReg);
    std::sort(live.out[b].begin(), live.out[b].end(), byVReg);
  }
  findLoops(mf, live);

  std::vector<std::uint32_t> distance(mf.vregs.size(), kInfinite);
  for (unsigned sweep = 0; sweep != 2; ++sweep) {
    for (std::size_t k = live.rpo.size(); k-- != 0;) {
      const std::uint32_t b = live.rpo[k];
      MBlock &block = mf.blocks[b];
      for (std::uint32_t s : block.succs) {
        std::uint32_t extra = live.loop_depth[s] < live.loop_depth[b] ? kLoopExitDistance : 1;
        for (const LiveValue &v : live.in[s])
          distance[v.vreg] = std::min(distance[v.vreg], std::min(kInfinite, v.distance + extra));
        const MBlock &to = mf.blocks[s];
        for (std::size_t i = 0; i != to.preds.size(); ++i)
          if (to.preds[i] == b)
            for (const MPhi &phi : to.phis)
              distance[phi.args[i]] = 0;
      }
      for (LiveValue &v : live.out[b])
        v.distance = distance[v.vreg];
      std::uint32_t length = 0;
      for (std::size_t i = block.insts.size(); i-- != 0;)
        length += isCallInst(block.insts[i]) ? kCallDistance : 1;
      // Distance at the start: to the first use inside, else through.
      for (const LiveValue &v : live.out[b])
        distance[v.vreg] = std::min(kInfinite, distance[v.vreg] + length);
      std::uint32_t at = length;
      for (std::size_t i = block.insts.size(); i-- != 0;) {
        at -= isCallInst(block.insts[i]) ? kCallDistance : 1;
        forEachUse(mf, block.insts[i], [&](VReg v, Reg &, MOperand *) { distance[v] = at; });
      }
      for (LiveValue &v : live.in[b])
        v.distance = distance[v.vreg];
      for (const LiveValue &v : live.in[b])
        distance[v.vreg] = kInfinite;
      for (const LiveValue &v : live.out[b])
        distance[v.vreg] = kInfinite;
      for (const MInst &inst : block.insts)
        forEachUse(mf, inst, [&](VReg v, Reg &, MOperand *) { distance[v] = kInfinite; });
      for (std::uint32_t s : block.succs)
        for (const MPhi &phi : mf.blocks[s].phis)
          for (VReg a : phi.args)
            distance[a] = kInfinite;
    }
  }
  return live;
}

} // namespace gannet::x86
