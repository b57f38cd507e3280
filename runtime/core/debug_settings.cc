#include "runtime/core/debug_settings.h"

#include "runtime/core/settings_text.h"

namespace gannet::rt {

constinit DebugSettings debug{};

namespace {

struct Setting {
  Str name;
  i32 DebugSettings::*value;          // or
  Atomic<i32> DebugSettings::*live;

  void set(i32 n) const {
    if (value != nullptr) debug.*value = n;
    else (debug.*live).storeRelaxed(n);  // relaxed: a setting
  }
};

constexpr Setting kSettings[] = {
#define GN_SETTING(name, value) {#name, &DebugSettings::name, nullptr},
#define GN_LIVE_SETTING(name) {#name, nullptr, &DebugSettings::name},
#include "runtime/core/debug_settings.def"
#undef GN_SETTING
#undef GN_LIVE_SETTING
};

struct Field {
  Str name, value;
};

// visit(field) for each name=value of a list, in order.
template <class F> void forEachField(Str list, F visit) {
  for (uptr from = 0; from < list.len;) {
    uptr end = from, equals = list.len;
    for (; end < list.len && list[end] != ','; end++)
      if (list[end] == '=' && equals == list.len) equals = end;
    if (equals < end) visit(Field{Str(list.ptr + from, equals - from), Str(list.ptr + equals + 1, end - equals - 1)});
    from = end + 1;
  }
}

void apply(const Field &field) {
  if (field.name == "memprofilerate" && parseInt64(field.value, &debug.memprofilerate)) debug.memprofilerate_given = true;
  for (const Setting &s : kSettings) {
    i32 n = 0;
    if (s.name == field.name && parseInt32(field.value, &n)) s.set(n);
  }
}

bool findLast(Str list, Str name, Str *value) {
  bool found = false;
  forEachField(list, [&](const Field &field) {
    if (!(field.name == name)) return;
    found = true;
    *value = field.value;
  });
  return found;
}

}  // namespace

void readDebugSettings(Str program, Str environment) {
  forEachField(program, apply);
  forEachField(environment, apply);
  debug.profstackdepth = max(0, min(debug.profstackdepth, kMostProfileDepth));
}

void rereadDebugSettings(Str program, Str environment) {
  for (const Setting &s : kSettings) {
    if (s.live == nullptr) continue;
    Str value;
    i32 n = 0;
    const bool given = findLast(environment, s.name, &value) || findLast(program, s.name, &value);
    if (!given || parseInt32(value, &n)) s.set(n);
  }
}

}  // namespace gannet::rt
