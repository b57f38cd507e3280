// Building: from loaded packages to objects and programs, through the cache, several at a time.
#ifndef GANNET_TOOLCHAIN_COMMAND_BUILD_H
#define GANNET_TOOLCHAIN_COMMAND_BUILD_H

#include "compiler/base/error.h"
#include "toolchain/command/cache.h"
#include "toolchain/command/loader.h"
#include "toolchain/command/package.h"

#include <map>
#include <string>
#include <vector>

namespace gannet::command {

struct BuildOptions {
  bool rebuild_all = false;   // -a
  bool print_commands = false; // -x
  bool print_packages = false; // -v
  bool dry_run = false;        // -n
  bool keep_work = false;      // -work
  bool trimpath = false;
  unsigned jobs = 0;           // -p; 0: as many as there are processors
  std::vector<std::string> gcflags, asmflags, ldflags;
  std::vector<std::string> tags;
  std::string output; // -o
};

// What compiling one package gave.
struct Compiled {
  std::string object; // paths in the cache
  std::string export_file;
  std::string export_hash;
  std::vector<std::string> asm_objects;
  std::string content; // hash of all of it
};

class Builder {
public:
  Builder(const Loader &loader, const Cache &cache, BuildOptions options);

  // Compiles the packages and all they depend on. Prints the compiler's messages as `go` does ("# pkg" and the lines);
  // false if one failed.
  bool compile(const std::vector<Package *> &roots);
  // Links the program of a main package, compiled before, to `output`. False if the linker refused; its messages are
  // printed.
  bool link(const Package &main_package, const std::string &output);

  // What a compiled package gave; null if it was not compiled.
  const Compiled *compiled(const Package &package) const {
    auto found = compiled_.find(&package);
    return found == compiled_.end() ? nullptr : &found->second;
  }

private:
  bool compilePackage(const Package &package, Compiled &out, std::string &messages);
  bool runTool(const std::vector<std::string> &arguments, const std::string &dir, std::string &messages);
  std::string actionOf(const Package &package);
  bool isNamed(const Package &package) const;
  std::string toolHash(const std::string &tool);
  std::vector<const Package *> closure(const Package &package) const;
  std::string buildInfo(const Package &main_package) const;

  const Loader &loader_;
  const Cache &cache_;
  BuildOptions options_;
  std::map<const Package *, Compiled> compiled_;
  std::vector<Package *> named_; // on the command line: -gcflags and -asmflags are for them alone
  std::map<std::string, std::string> tool_hashes_;
};

} // namespace gannet::command

#endif
