// The linker's face: what a link is told, and the one call that does it.
#ifndef GANNET_LINK_LINK_H
#define GANNET_LINK_LINK_H

#include "compiler/base/error.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gannet::link {

enum class DwarfCompression { None, Zlib, Zstd };

struct Options {
  std::vector<std::string> objects;  // of the main package: object files or archives of them
  std::string import_config;         // lines `packagefile PATH=FILE`, `modinfo "TEXT"`
  // The same, given directly: package path and its object or archive. A path may repeat (a package in several files).
  std::vector<std::pair<std::string, std::string>> packages;
  std::vector<std::string> runtime;  // archives and ELF objects of the C++ runtime
  std::string output;
  std::vector<std::pair<std::string, std::string>> string_values; // -X: variable, value
  std::string entry = "_rt0_amd64_linux";
  std::string build_id;       // .note.go.buildid, empty: none
  std::string go_version;     // runtime.buildVersion and .go.buildinfo
  std::string module_info;    // runtime.modinfo and .go.buildinfo; as in importcfg
  std::string fips_object;    // -fipso: file for what the checksum of the FIPS 140 module is taken of
  bool pie = false;           // -buildmode=pie: the program may be loaded anywhere and relocates itself
  bool strip_symbols = false; // -s
  bool strip_dwarf = false;   // -w
  DwarfCompression compress_dwarf = DwarfCompression::Zstd; // -compressdwarf
  bool verbose = false;       // -v: times of the phases on stderr
  bool dump_dependencies = false; // -dumpdep: edges of reachability on stdout
  bool show_deadcode = false;
  unsigned threads = 0; // 0: one a processor
  bool ends_process = false; // the process ends with the link: memory is left to the system, which is faster at it
  std::uint64_t text_address = 0; // 0: 0x401000, or 0x1000 for a program that may be loaded anywhere
};

// Links and writes the output (under a temporary name, then renamed). All problems found are in the error, a line each.
ErrorOr<void> linkProgram(const Options &options);

} // namespace gannet::link

#endif
