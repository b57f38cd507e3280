// Packages of the library that are compiled in a way of their own because of what they are.
#ifndef GANNET_COMPILER_DRIVER_SPECIAL_PACKAGES_H
#define GANNET_COMPILER_DRIVER_SPECIAL_PACKAGES_H

#include <string_view>

namespace gannet::driver {

// Whether a package of the library is compiled in the mode of the runtime (-+): the runtime and what it is built upon. They
// run where no goroutine may be preempted, and may use the directives of the runtime.
bool isRuntimePackage(std::string_view path);

} // namespace gannet::driver

#endif
