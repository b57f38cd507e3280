// A bundle: a package's interface file, and those of all packages that it names, directly or not.
//
// Interface files name types of other packages. Where one file stands for a package and a compilation is given those of
// its direct imports alone, as Go's own command does it, the archive of each package carries a bundle (in its export data,
// unified.h).
//
//     "gannetb1" | count | sizes of path and file, for each | paths and files
//
// The package's own comes first, the others in the order of their paths.
#ifndef GANNET_COMPILER_EXPORT_BUNDLE_H
#define GANNET_COMPILER_EXPORT_BUNDLE_H

#include "compiler/base/error.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::exports {

struct BundleEntry {
  std::string_view path;
  std::string_view file; // the bytes of its interface file
};

std::string writeBundle(std::span<const BundleEntry> entries);

// The entries, as views of `bytes`. Fails if it is no bundle, or one that is cut.
ErrorOr<std::vector<BundleEntry>> readBundle(std::string_view bytes);

// The paths of the packages whose things an interface file names, itself among them; views of it. Fails if it is malformed.
ErrorOr<std::vector<std::string_view>> namedPackages(std::string_view interface_file);

} // namespace gannet::exports

#endif
