// The words of -d: which there are. What each does is up to the part that reads it.
#ifndef GANNET_COMPILER_DRIVER_DEBUG_KEYS_H
#define GANNET_COMPILER_DRIVER_DEBUG_KEYS_H

#include <string>
#include <string_view>

namespace gannet::driver {

// What is wrong with a word of -d, KEY[=VALUE] or ssa/PASS/WORD[=VALUE], in gc's words; empty if nothing is. What gc has and this compiler
// has not, a key or a pass, is taken without effect. For "help" and "ssa/help" it is a text that lists what has one.
std::string debugWordFault(std::string_view word);

} // namespace gannet::driver

#endif
