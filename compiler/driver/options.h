// The command line of the tool `compile`: gc's flags, as `go tool compile` takes them.
#ifndef GANNET_COMPILER_DRIVER_OPTIONS_H
#define GANNET_COMPILER_DRIVER_OPTIONS_H

#include "compiler/base/error.h"

#include <string>
#include <utility>
#include <vector>

namespace gannet::driver {

struct Options {
  // -o: an archive of the package's interface and object; if not told, the first file's name with .o, in the current folder.
  std::string output;
  std::string link_output;   // -linkobj: the object goes here, and -o has the interface alone
  std::string export_output; // -export: the interface file goes here, and -o is the bare object
  std::string package_path;  // -p
  std::string import_config; // -importcfg
  std::string local_prefix;  // -D: where imports that start with "./" or "../" are looked for
  std::string embed_config;  // -embedcfg
  std::string coverage_config; // -coveragecfg
  std::string symbol_abis;   // -symabis
  std::string call_profile;  // -pgoprofile: a CPU profile, preprocessed or not
  std::string asm_header;    // -asmhdr
  std::string lang;          // -lang
  std::string go_version;    // -goversion
  std::string build_id;      // -buildid
  std::vector<std::pair<std::string, std::string>> trimpath; // -trimpath: prefix -> what stands for it
  std::string types_of;      // -typesof: a package whose types are written for Go's own tools; nothing is compiled
  bool standard = false;     // -std
  bool runtime_mode = false; // -+
  bool complete = false;     // -complete
  bool all_errors = false;   // -e
  bool no_inline = false;    // -l
  bool eager_inline = false; // -l=4
  bool no_optimize = false;  // -N
  bool no_bounds_checks = false; // -B
  bool no_debug_info = false;  // -dwarf=false
  bool small_frames = false;   // -smallframes
  bool print_version = false;  // -V, and nothing else is done
  std::string version_form;    // -V=full: full
  bool print_assembly = false; // -S
  bool print_ir = false;       // -W
  bool print_live = false;     // -live
  bool write_barriers = true;  // -wb
  int explain = 0;             // -m
  unsigned level = 0;          // -goamd64=vN: level of the architecture, 1 to 4; 0: not told
  unsigned threads = 0;        // -c; 0: as many as there are processors
  std::vector<std::string> debug; // words of -d
  std::string ssa_function; // GOSSAFUNC: the function whose forms are shown, by linker name or its last part; empty: none
  std::string ssa_folder;   // GOSSADIR: where the page goes, named after the function; empty: ssa.html in this folder
  bool ssa_text = false;    // GOSSAFUNC=NAME+: to standard output too
  std::vector<std::string> files;
};

// Reads the words after the program's name; a word "@FILE" stands for the lines of the file. Fails with the text to print.
ErrorOr<Options> parseOptions(const std::vector<std::string> &arguments);
// What the variables GOSSAFUNC and GOSSADIR ask for (empty or null: nothing). Fails with the text to print.
ErrorOr<void> parseSsaRequest(const char *function, const char *folder, Options &options);
// Takes the level from the variable GOAMD64 (empty or null: v1), if no flag has told it. Fails with the text to print.
ErrorOr<void> parseLevel(const char *goamd64, Options &options);

} // namespace gannet::driver

#endif
