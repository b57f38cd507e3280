#include "compiler/ssa/build/part_name.h"

#include "compiler/types/object.h"
#include "compiler/types/predicates.h"
#include "compiler/types/sizes.h"

namespace gannet::ssa {

std::string partName(types::Type *type, std::int64_t offset) {
  constexpr std::int64_t kWord = 8;
  std::string name;
  for (;;) {
    if (types::isString(type) || types::underAs<types::Slice>(type))
      return name + (offset == 0 ? ".ptr" : offset == kWord ? ".len" : ".cap");
    if (types::underAs<types::Interface>(type))
      return name + (offset == kWord ? ".data" : ".tab");
    auto *fields = types::underAs<types::Struct>(type);
    if (!fields) // an array of one element goes by the array's name
      return name;
    const std::vector<std::int64_t> at = types::fieldOffsets(fields);
    std::size_t i = 0;
    while (i != at.size() && !(at[i] <= offset && offset < at[i] + types::sizeOf(fields->fields[i]->type)))
      ++i;
    if (i == at.size())
      return name;
    name += "." + std::string(fields->fields[i]->name);
    offset -= at[i];
    type = fields->fields[i]->type;
  }
}

} // namespace gannet::ssa
