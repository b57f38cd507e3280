// Writes a Unit as a relocatable ELF file with Gannet's metadata (README.md, "File form"). Same unit, same bytes.
#ifndef GANNET_COMPILER_OBJECT_WRITER_H
#define GANNET_COMPILER_OBJECT_WRITER_H

#include "compiler/base/error.h"
#include "compiler/object/unit.h"

#include <string>

namespace gannet::object {

std::string writeObject(const Unit &unit);
ErrorOr<void> writeObjectFile(const Unit &unit, const std::string &path);

} // namespace gannet::object

#endif
