// The settings of GODEBUG: read once at start-up, by name from a table (debug_settings.def).
//
// The program's own (//go:debug lines, go.mod) come first, then the environment's; of several for one name the last that is a number
// counts. What a setting does is the business of who looks at it. Most are never written again, so that anybody may read them.
#ifndef GANNET_RUNTIME_CORE_DEBUG_SETTINGS_H_
#define GANNET_RUNTIME_CORE_DEBUG_SETTINGS_H_

#include "runtime/core/base.h"

namespace gannet::rt {

struct DebugSettings {
#define GN_SETTING(name, value) i32 name = value;
#define GN_LIVE_SETTING(name) Atomic<i32> name = {};
#include "runtime/core/debug_settings.def"
#undef GN_SETTING
#undef GN_LIVE_SETTING
  i64 memprofilerate = 0;            // runtime.MemProfileRate, if somebody said so
  bool memprofilerate_given = false;
};
extern constinit DebugSettings debug;

inline constexpr i32 kMostProfileDepth = 1024;  // of profstackdepth

// `program` and `environment` are lists name=value,...; what is not known or no number is passed over. At start-up, one thread.
void readDebugSettings(Str program, Str environment);
// The environment changed: the live ones become what they would be if the program started now, but one that is given and no number
// stays as it is.
void rereadDebugSettings(Str program, Str environment);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_DEBUG_SETTINGS_H_
