// From the imports of a package to the interfaces that they mean; imports that no dependency provides are explained.
#ifndef GANNET_TOOLCHAIN_BUILDER_IMPORTS_H
#define GANNET_TOOLCHAIN_BUILDER_IMPORTS_H

#include "toolchain/builder/sources.h"

#include <map>

namespace gannet::builder {

// A compiled package that the rule hands over (the values of -pkg and -std).
struct KnownPackage {
  std::string path;        // that its symbols carry
  std::string import_path; // by which files import it
  std::string file;        // its interface
  std::string label;       // of its target
};

class Imports {
public:
  explicit Imports(const Arguments &arguments);

  // The compiler's -importcfg file. The error has a line for each import that is not to be had.
  ErrorOr<std::string> config(const Sources &sources) const;

private:
  // Empty if the import is fine.
  std::string complaint(const Import &import) const;
  // The target that probably provides a path: by rules_go's conventions for names, if nothing else is known.
  std::string labelFor(const std::string &path) const;

  const Arguments &arguments_;
  std::vector<KnownPackage> packages_;              // dependencies with all they depend on, and the library
  std::map<std::string, KnownPackage> direct_;      // by import path
  std::map<std::string, KnownPackage> library_;     // by import path; empty if the target names what it uses of it
  std::map<std::string, std::string> known_labels_; // import path: target, of indirect dependencies
};

} // namespace gannet::builder

#endif
