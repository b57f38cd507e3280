// Link and reflect strings of types, and the order of methods.
#include "compiler/types/link_string.h"

#include "compiler/types/checker.h"

#include <gtest/gtest.h>

namespace gannet::types {
namespace {

class LinkString : public testing::Test {
protected:
  Named *named(std::string_view path, std::string_view name, std::string_view type_name, std::uint32_t local = 0) {
    Package *pkg = context.package(path, name);
    auto *obj = context.makeObject<TypeName>(Pos(), pkg, type_name, nullptr);
    obj->local_index = local;
    Named *n = context.newNamed(obj);
    n->rhs = n->underlying_ = context.basic(BasicKind::Int);
    n->state = Named::kLoaded | Named::kHasUnder | Named::kFinite;
    return n;
  }
  Var *field(std::string_view name, Type *t, bool embedded = false) {
    auto *f = context.makeObject<Var>(VarRole::Field, Pos(), context.package("a/b", "b"), name, t);
    f->embedded = embedded;
    return f;
  }
  Context context;
};

TEST_F(LinkString, NamedTypesByPathAndByPackageName) {
  Named *t = named("encoding/json", "json", "Decoder");
  EXPECT_EQ(linkString(context.pointerTo(t)), "*encoding/json.Decoder");
  EXPECT_EQ(reflectString(context.pointerTo(t)), "*json.Decoder");
  EXPECT_EQ(typeSymbolName(t), "type:encoding/json.Decoder");
}

TEST_F(LinkString, LocalTypesAreNumberedForTheLinkerOnly) {
  Named *t = named("main", "main", "T", 2);
  EXPECT_EQ(linkString(t), "main.T\xc2\xb7"
                           "2");
  EXPECT_EQ(reflectString(t), "main.T");
}

TEST_F(LinkString, AliasesOfBasicTypesAreWhatTheyStandFor) {
  EXPECT_EQ(linkString(context.sliceOf(context.byteType())), "[]uint8");
  EXPECT_EQ(linkString(context.runeType()), "int32");
  EXPECT_EQ(reflectString(context.anyType()), "interface {}");
}

TEST_F(LinkString, UnexportedFieldsCarryTheirPackageForTheLinker) {
  auto *s = context.make<Struct>();
  s->fields = context.list(std::vector<Var *>{field("x", context.basic(BasicKind::Int)),
                                              field("Y", context.basic(BasicKind::String))});
  static constexpr std::string_view kTags[] = {"", "json:\"y\""};
  s->tags = kTags;
  EXPECT_EQ(linkString(s), "struct { a/b.x int; Y string \"json:\\\"y\\\"\" }");
  EXPECT_EQ(reflectString(s), "struct { x int; Y string \"json:\\\"y\\\"\" }");
}

TEST_F(LinkString, ChannelsOfReceiveChannelsAreBracketed) {
  auto *in = context.make<Chan>(ChanDir::RecvOnly, context.basic(BasicKind::Int));
  EXPECT_EQ(linkString(context.make<Chan>(ChanDir::Both, in)), "chan (<-chan int)");
  EXPECT_EQ(linkString(context.make<Chan>(ChanDir::SendOnly, in)), "chan<- <-chan int");
}

TEST_F(LinkString, ExportedMethodsComeFirst) {
  Package *a = context.package("a", "a"), *b = context.package("b", "b");
  EXPECT_TRUE(methodNameLess("Z", a, "a", a));
  EXPECT_TRUE(methodNameLess("Φ", a, "a", a));
  EXPECT_TRUE(methodNameLess("m", a, "m", b));
  EXPECT_FALSE(methodNameLess("M", a, "M", b));
}

} // namespace
} // namespace gannet::types
