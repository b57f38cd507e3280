// Slices that grow: where their elements may stand.
#include "compiler/base/check.h"
#include "compiler/ir/escape_analysis.h"

#include <algorithm>

namespace gannet::ir {

bool EscapeAnalysis::growsInFrame(const Func &f) const {
  return !package_.options.runtime_mode && !package_.options.no_optimize && !(f.pragma & kNosplit);
}

void EscapeAnalysis::declareGrowing(Local *v, const Location *declared) {
  GrowingSlices::Slice *s = growing_.of(v);
  if (!s)
    return;
  grown_.push_back({v, s, {}});
  grown_index_[v] = grown_.size() - 1;
  if (s->shared)
    graph_.flow(Hole{locationOf(v), 0}.addr(), placeOf(v, declared->loop_depth));
}

Location *EscapeAnalysis::placeOf(Local *v, int depth) {
  auto known = grown_index_.find(v);
  GANNET_CHECK(known != grown_index_.end(), "slice is used before it is declared");
  Location *place = graph_.add(v->owner, depth);
  grown_[known->second].places.push_back(place);
  return place;
}

void EscapeAnalysis::useGrowing(Hole k, Node &ref) {
  Local *v = ref.aux_local;
  GrowingSlices::Slice *s = growing_.of(v);
  if (!s || s->shared || !growing_.isUse(&ref))
    return;
  const int declared = locationOf(v)->loop_depth;
  if (depth_ > declared)
    s->movable = false;
  graph_.flow(k.addr(), placeOf(v, declared));
}

void EscapeAnalysis::decideGrowth() {
  for (Grown &g : grown_) {
    const GrowingSlices::Slice &s = *g.slice;
    const bool escapes = std::any_of(g.places.begin(), g.places.end(), [](const Location *l) { return l->escapes; });
    if (escapes)
      g.variable->growth = s.movable ? Growth::FrameUntilMoved : Growth::Heap;
    else
      g.variable->growth = g.places.empty() && !s.held ? Growth::Frame : Growth::FrameOnce;
    for (Node *append : s.appends)
      append->set(kMoveOut, g.variable->growth != Growth::Heap);
    for (Node *use : s.uses)
      use->set(kMoveOut, g.variable->growth == Growth::FrameUntilMoved);
  }
}

} // namespace gannet::ir
