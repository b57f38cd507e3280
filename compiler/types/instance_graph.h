// Finds instantiations without end: a generic function or type that instantiates itself with ever larger types.
//
// Vertices are type parameters and types declared in generic functions. An instantiation F[A] adds an edge to F's type
// parameter from every vertex that A mentions: of weight 0 if A is that vertex itself, of weight 1 if A is built from it.
// A local type depends on the type parameters around it with weight 1. A cycle of positive weight has no finite set of
// instances. Found by relaxation as of Bellman and Ford.
#ifndef GANNET_COMPILER_TYPES_INSTANCE_GRAPH_H
#define GANNET_COMPILER_TYPES_INSTANCE_GRAPH_H

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "compiler/syntax/tree.h"
#include "compiler/types/object.h"
#include "compiler/types/type.h"

namespace gannet::types {

class Checker;

class InstanceGraph {
public:
  // A method's name for a type parameter of its receiver stands for the declared one.
  void setCanonical(TypeParam *own, TypeParam *declared) { canonical_[own] = declared; }
  // `exprs` are the explicit arguments, for positions.
  void addInstance(Package *pkg, Pos pos, TypeParamList params, TypeList args, syntax::ExprList exprs);
  // Reports one cycle, if there is any.
  void reportCycles(Checker &checker);

private:
  struct Vertex {
    TypeName *obj;
    std::uint32_t weight = 0;
    std::uint32_t length = 0;
    std::uint32_t previous = 0; // edge
  };
  struct Edge {
    std::uint32_t to, from, weight;
    Pos pos;
    Type *type;
  };
  struct Flow {
    Package *pkg;
    Pos pos;
    TypeParam *to;
    Type *arg;
  };

  void mentions(const Flow &flow, Type *t);
  void addFlow(const Flow &flow, std::uint32_t from, Type *t);
  std::uint32_t paramVertex(TypeParam *p);
  // The vertex of a local type that stands in something generic, or -1.
  std::int64_t localVertex(Package *pkg, Named *n);
  void report(Checker &checker, std::uint32_t at);

  std::vector<Vertex> vertices_;
  std::vector<Edge> edges_;
  std::unordered_map<TypeParam *, TypeParam *> canonical_;
  std::unordered_map<TypeName *, std::int64_t> index_;
};

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_INSTANCE_GRAPH_H
