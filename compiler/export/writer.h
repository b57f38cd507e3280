// The state of writing an interface file. Private to the writer's files.
#ifndef GANNET_COMPILER_EXPORT_WRITER_H
#define GANNET_COMPILER_EXPORT_WRITER_H

#include "compiler/export/format.h"
#include "compiler/ir/package.h"
#include "compiler/types/object.h"

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace gannet::exports {

class Writer {
public:
  explicit Writer(ir::Package &package) : package_(package) {}
  std::string run();

  std::uint32_t str(std::string_view text);
  std::uint32_t pkg(const types::Package *p); // 0: none
  std::uint32_t type(types::Type *t);
  // Makes sure that the file holds the object, if it is one of this package.
  void want(const types::Object *o);
  ir::Package &package() { return package_; }

private:
  struct Item {
    std::string name;
    bool exported;
    std::string record;
  };

  std::string typeRecord(types::Type *t);
  void typeList(Bytes &b, types::TypeList l);
  void tuple(Bytes &b, const types::Tuple *t);
  void typeParams(Bytes &b, types::TypeParamList l);
  void object(const types::Object *o);
  void localType(types::Named *n);
  void named(Bytes &b, types::Named *n);
  void funcFacts(Bytes &b, types::Func *f);
  std::uint32_t body(ir::Func &f); // offset + 1, 0: none

  ir::Package &package_;
  std::map<std::string, std::uint32_t, std::less<>> string_ids_;
  std::vector<std::string_view> strings_;
  std::unordered_map<const types::Package *, std::uint32_t> package_ids_;
  std::vector<const types::Package *> packages_;
  std::unordered_map<types::Type *, std::uint32_t> type_ids_;
  std::unordered_map<std::string, std::uint32_t> type_records_ids_;
  std::vector<std::string> type_records_;
  std::unordered_map<const types::Object *, bool> wanted_;
  std::deque<const types::Object *> queue_;
  std::unordered_map<types::Named *, bool> wanted_locals_;
  std::deque<types::Named *> local_queue_;
  std::vector<Item> items_;
  std::string bodies_;
};

// Writes the tree of one function: itself and the closures in it.
class BodyWriter {
public:
  BodyWriter(Writer &writer, Bytes &out) : w_(writer), out_(out) {}
  // False if the body holds something that only this package can name; then `out` is to be thrown away.
  bool write(ir::Func &f);

private:
  void number(ir::Func &f);
  void header(ir::Func &f, const ir::Func &top);
  void locals(const std::vector<ir::Local *> &list);
  void nodes(ir::NodeList list);
  void node(const ir::Node *n);
  void pos(Pos p);
  void funcRef(const ir::Node &n);
  void methodName(const types::Func *m);

  Writer &w_;
  Bytes &out_;
  std::vector<ir::Func *> funcs_;
  std::unordered_map<const ir::Func *, std::uint32_t> func_ids_;
  std::unordered_map<const ir::Local *, std::uint32_t> local_ids_;
  std::unordered_map<const ir::Label *, std::uint32_t> label_ids_;
  std::uint32_t last_file_ = ~0u;
  std::int64_t last_line_ = 0;
  bool ok_ = true;
};

} // namespace gannet::exports

#endif
