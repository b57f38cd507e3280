// Coverage (-coveragecfg). Go's program cover puts counters into the sources before they are compiled, and writes what it made to
// a configuration: the variables with the package's metadata, its number and the counters. The compiler sees to it that the
// package registers its metadata before anything else in it runs, that a program has package runtime/coverage write the
// counters when it ends, and that the linker finds the counters.
//
//   PKG..inittask:  register   P = runtime.addCovMeta(&metadata, ...)
//                   init       of variables
//                   start      package main alone: runtime/coverage.initHook(is it a test?)
//                   init.0 ...
#ifndef GANNET_COMPILER_DRIVER_COVERAGE_H
#define GANNET_COMPILER_DRIVER_COVERAGE_H

#include "compiler/base/error.h"
#include "compiler/ir/package.h"
#include "compiler/object/unit.h"

#include <string>
#include <string_view>

namespace gannet::driver {

// Source: Go's cmd/internal/cov/covcmd, CoverFixupConfig.
struct CoverageConfig {
  std::string meta_var;       // the encoded metadata
  std::uint32_t meta_len = 0; // in bytes
  std::string meta_hash;      // 32 hexadecimal digits
  std::string strategy;
  std::string counter_prefix; // what the counters' names begin with
  std::string pkg_id_var;
  std::string counter_mode;   // set, count, atomic, regonly, testmain
  std::string granularity;    // perblock, perfunc
};
ErrorOr<CoverageConfig> parseCoverageConfig(std::string_view text, std::string_view file);

// A Go file that the package of that name and path in symbols is compiled with: the functions register and start.
std::string registrationSource(const CoverageConfig &config, std::string_view package_name, std::string_view package_path);

// Puts the functions of that file where they belong in the order of initialization.
void orderRegistration(const CoverageConfig &config, ir::Package &package);

// Marks the counters for the linker.
void markCounters(const CoverageConfig &config, std::string_view package_path, object::Unit &unit);

} // namespace gannet::driver

#endif
