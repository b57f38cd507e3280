// The JSON of `list -json`: what is known of a package and of a module, in the order of go's fields. Source: go help list.
#ifndef GANNET_TOOLCHAIN_COMMAND_LIST_JSON_H
#define GANNET_TOOLCHAIN_COMMAND_LIST_JSON_H

#include "toolchain/command/build.h"
#include "toolchain/command/loader.h"
#include "toolchain/command/staleness.h"

#include <set>
#include <string>
#include <vector>

namespace gannet::command {

// An object under construction, indented with tabs. Empty values are left out.
class JsonObject {
public:
  // `fields`: those to keep at the top level; empty for all.
  explicit JsonObject(int depth = 0, const std::set<std::string> *fields = nullptr) : depth_(depth), fields_(fields) {}
  void text(const char *name, const std::string &value);
  void flag(const char *name, bool value);
  void list(const char *name, const std::vector<std::string> &values);
  void map(const char *name, const std::vector<std::pair<std::string, std::string>> &values);
  void raw(const char *name, const std::string &json);
  std::string finish() const;
  int depth() const { return depth_; }

private:
  std::string indent(int more) const { return "\n" + std::string(static_cast<std::size_t>(depth_ + more), '\t'); }
  int depth_;
  const std::set<std::string> *fields_;
  std::string body_;
};

struct ListContext {
  Loader &loader;
  std::string bin_dir;                              // where `install` puts programs
  std::set<std::string> fields;                     // -json=Field,...; empty for all
  const Builder *builder = nullptr;                 // with -export
  StaleReasons stale;                               // if the fields about it are asked for
  std::set<const Package *> roots;                  // named on the command line
  std::map<const Package *, std::vector<std::string>> matches; // -> the patterns that named it
};

// Where `install` puts a package's program; "" for nowhere.
std::string installTarget(const ListContext &context, const Package &package);
// Reads the package's test files for the fields about them.
std::string packageJson(ListContext &context, const Package &package);
std::string moduleJson(const modules::ModuleSet &set, const modules::Module &module, int depth);

} // namespace gannet::command

#endif
