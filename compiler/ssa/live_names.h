// What -live calls the values that stack maps show. The builder fills it; no pass looks at it.
#ifndef GANNET_COMPILER_SSA_LIVE_NAMES_H
#define GANNET_COMPILER_SSA_LIVE_NAMES_H

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gannet::ssa {

struct LiveNames {
  std::vector<std::string> params;      // by AbiSignature::params; blank ones are empty
  std::vector<std::string> local_types; // Go's names of the types of locals, by LocalId; may be shorter, or have empty ones
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> parts; // of variables in parts, by DebugBinding's variable and offset
};

} // namespace gannet::ssa

#endif
