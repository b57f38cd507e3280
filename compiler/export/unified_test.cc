#include "compiler/export/unified.h"

#include "compiler/export/bundle.h"

#include <gtest/gtest.h>

namespace gannet::exports {
namespace {

// A package with a variable of a named struct type that points to itself.
std::string dataOf(std::string bundle) {
  types::Context context;
  types::Package *p = context.package("m/p", "p");
  auto *name = context.makeObject<types::TypeName>(Pos(), p, "Node", nullptr);
  types::Named *node = context.newNamed(name);
  auto *fields = context.make<types::Struct>();
  std::vector<types::Var *> list = {
      context.makeObject<types::Var>(types::VarRole::Field, Pos(), p, "next", context.pointerTo(node))};
  fields->fields = context.list(list);
  node->rhs = node->underlying_ = fields;
  node->state = types::Named::kLoaded | types::Named::kHasUnder;
  p->scope->insert(name);
  p->scope->insert(context.makeObject<types::Var>(types::VarRole::Global, Pos(), p, "Root", node));
  return writeUnified(context, SourceSet(), *p, std::move(bundle));
}

TEST(Unified, CarriesTheBundle) {
  std::string bundle = writeBundle(std::vector<BundleEntry>{{"m/p", "interface"}});
  std::string data = dataOf(bundle);
  auto found = bundleIn(data);
  ASSERT_TRUE(bool(found)) << found.error();
  EXPECT_EQ(*found, bundle);
}

TEST(Unified, IsTheSameEachTime) { EXPECT_EQ(dataOf("x"), dataOf("x")); }

TEST(Unified, RefusesWhatIsCutOrOfOthers) {
  std::string data = dataOf("bundle");
  for (std::size_t size = 0; size < data.size(); size++)
    EXPECT_FALSE(bool(bundleIn(std::string_view(data).substr(0, size)))) << size;
  data[0] = 1; // version
  EXPECT_EQ(bundleIn(data).error(), "export data of another compiler");
}

} // namespace
} // namespace gannet::exports
