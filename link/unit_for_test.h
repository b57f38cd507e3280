// Objects for the linker's tests.
#ifndef GANNET_LINK_UNIT_FOR_TEST_H
#define GANNET_LINK_UNIT_FOR_TEST_H

#include "compiler/object/pcln.h"
#include "compiler/object/unit.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace gannet::link {

// A function without a frame, all of it from line 7 of /src/x.go.
inline object::SymbolId func(object::Unit &u, std::string_view name, std::vector<std::uint8_t> code,
                             std::uint32_t flags = object::kNoSplit) {
  object::SymbolId id = u.symbol(name);
  std::uint32_t size = std::uint32_t(code.size());
  u.define(id, object::SymbolKind::Text, flags, 32, std::move(code));
  auto record = std::make_unique<object::FuncRecord>();
  object::PcTable sp, line, file;
  sp.set(0, 0);
  line.set(0, 7);
  file.set(0, std::int32_t(u.file("/src/x.go")));
  record->pcsp = sp.finish(size);
  record->pcline = line.finish(size);
  record->pcfile = file.finish(size);
  record->args_bytes = 0;
  record->start_line = 7;
  u[id].func = std::move(record);
  return id;
}

} // namespace gannet::link

#endif
