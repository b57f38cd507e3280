// A package's interface in the form that Go's own tools read: go/importer and x/tools' gcexportdata, and through them vet,
// gopls and other analyzers.
//
// It is the "unified" export data of Go 1.26, version 2, as far as importers of types read it: objects and types, without
// bodies; positions are of what the package itself declares. It holds what it names of other packages too. Our own compiler does
// not read these parts: it finds the package's bundle (bundle.h) in the last element of the section of bodies, at which importers
// of types do not look.
// Source: internal/pkgbits and go/internal/gcimporter/ureader.go, for facts of the format.
#ifndef GANNET_COMPILER_EXPORT_UNIFIED_H
#define GANNET_COMPILER_EXPORT_UNIFIED_H

#include "compiler/base/error.h"
#include "compiler/base/source.h"
#include "compiler/types/checker.h"

#include <string>
#include <string_view>

namespace gannet::exports {

// The positions in `package` are of `sources`.
std::string writeUnified(types::Context &context, const SourceSet &sources, types::Package &package, std::string bundle);

// The bundle in such data, as a view of it.
ErrorOr<std::string_view> bundleIn(std::string_view unified);

} // namespace gannet::exports

#endif
