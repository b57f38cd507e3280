// The pipeline of machine-independent passes, and what runs one.
//
// genericPasses() turns what ssa/build made into optimized operations with write barriers; latePasses() end with an order
// of values and of blocks, from which the back end selects instructions.
#ifndef GANNET_COMPILER_SSA_PASSES_H
#define GANNET_COMPILER_SSA_PASSES_H

#include "compiler/ssa/pass_context.h"

#include <functional>
#include <map>
#include <span>
#include <string>

namespace gannet::ssa {

std::span<const Pass> genericPasses();
std::span<const Pass> latePasses();
// Any pass of either list.
const Pass *passNamed(std::string_view name);

// What `-d=ssa/NAME/WORD[=VALUE]` says of passes. Words: on, off, dump, time, verify, debug; stats is not one.
struct PassOptions {
  struct Setting {
    bool off = false;
    bool dump = false;
    bool time = false;
    bool verify = false;
    int debug = 0;           // debug[=N]: tell of each change, the more the higher
    std::int64_t steps = -1; // steps=N: changes that the pass may make
  };
  std::map<std::string, Setting, std::less<>> settings; // by pass name; "all" for every pass
  bool optimize = true;       // false: required passes only (-N)
  bool verify_each = false;   // after each pass
  bool write_barriers = true; // false: none are made, and what comes out is for looking at alone (-wb=0)
  RemarkSubjects subjects;
  StaticAddress static_address; // unset: nothing is known
  StaticBytes static_bytes;     // unset: nothing is known
  std::string dump_func;      // GOSSAFUNC: the function (linker name, or its last part) to be dumped after each pass
  // Where dumps go: (pass, text). Unset: to standard error.
  std::function<void(std::string_view pass, const Func &f)> on_dump;

  // Is this the function that dump_func names?
  bool dumps(const Func &f) const;
  // Takes "NAME/WORD" (without "ssa/"); false if it is none.
  bool parse(std::string_view text);
};

// Runs the passes in order. A function that fails verification where it is asked for ends the process (exit 3), naming pass
// and faults.
void runPasses(PassContext &ctx, Func &f, std::span<const Pass> passes, const PassOptions &options);

} // namespace gannet::ssa

#endif
