// The `link` program: `link -o out -importcfg file [flags] main.o...`.
#include "compiler/base/large_pages.h"
#include "compiler/base/tool.h"
#include "link/link.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

int usage() {
  std::fputs("usage: link [options] main.o ...\n"
             "  -o file            output (a.out)\n"
             "  -importcfg file    where packages are\n"
             "  -runtime file      archive or object of the C++ runtime (may repeat); else that of the SDK\n"
             "  -X name=value      set a string variable (may repeat)\n"
             "  -buildid id        build id note\n"
             "  -goversion text    version in the program\n"
             "  -E symbol          entry point\n"
             "  -T address         address of the text\n"
             "  -buildmode=x       exe (the default), or pie: may be loaded anywhere\n"
             "  -s                 no symbol table and no DWARF\n"
             "  -w                 no DWARF\n"
             "  -compressdwarf=x   compress DWARF: zstd (true, the default), zlib or false\n"
             "  -v                 times of the phases\n"
             "  -dumpdep           print the edges of reachability\n"
             "  -threads n         threads to use\n"
             "  -V[=full]          version of this program\n",
             stderr);
  return 2;
}

// Go's linker takes these; nothing differs, for programs are static and for one target.
bool isIgnored(std::string_view name) {
  static constexpr std::string_view kNames[] = {"extld", "extldflags", "extar", "H", "L", "r", "I", "installsuffix",
                                                "checklinkname", "libgcc", "tmpdir"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::string sdkRuntime() {
  std::string root = gannet::sdkRoot();
  return root.empty() ? root : root + "/pkg/runtime/core.a";
}

// What is not told comes from the SDK that this program stands in, and from the environment.
void addDefaults(gannet::link::Options &options) {
  std::string root = gannet::sdkRoot();
  if (options.runtime.empty() && !root.empty())
    options.runtime.push_back(sdkRuntime());
  if (options.go_version.empty())
    options.go_version = gannet::toolchainVersion();
  // First, so that -X has the last word.
  if (const char *goroot = std::getenv("GOROOT"); goroot && *goroot)
    options.string_values.insert(options.string_values.begin(), {"runtime.defaultGOROOT", goroot});
}

} // namespace

int main(int argc, char **argv) {
  gannet::keepHeapInLargePages(128 << 20);
  auto words = gannet::expandArguments({argv + 1, argv + argc});
  if (!words) {
    std::fprintf(stderr, "link: %s\n", words.error().c_str());
    return 1;
  }
  gannet::link::Options options;
  for (std::size_t i = 0; i < words->size(); i++) {
    std::string_view arg = (*words)[i];
    if (arg.empty() || arg[0] != '-') {
      options.objects.emplace_back(arg);
      continue;
    }
    std::string_view name = arg.substr(arg.starts_with("--") ? 2 : 1);
    std::string value;
    bool has_value = false;
    if (std::size_t eq = name.find('='); eq != std::string_view::npos) {
      value = name.substr(eq + 1);
      name = name.substr(0, eq);
      has_value = true;
    }
    bool on = value != "false" && value != "0";
    if (name == "V") {
      std::fputs(gannet::versionLine("link", value, {sdkRuntime()}).c_str(), stdout);
      return 0;
    }
    if (name == "s") {
      options.strip_symbols = on;
      continue;
    }
    if (name == "w") {
      options.strip_dwarf = on;
      continue;
    }
    if (name == "compressdwarf") {
      if (value == "" || value == "true" || value == "zstd") {
        options.compress_dwarf = gannet::link::DwarfCompression::Zstd;
      } else if (value == "zlib") {
        options.compress_dwarf = gannet::link::DwarfCompression::Zlib;
      } else if (value == "false") {
        options.compress_dwarf = gannet::link::DwarfCompression::None;
      } else {
        std::fprintf(stderr, "link: -compressdwarf=%s is not supported: true, false, zlib or zstd\n", value.c_str());
        return 1;
      }
      continue;
    }
    if (name == "v") {
      options.verbose = on;
      continue;
    }
    if (name == "dumpdep") {
      options.dump_dependencies = on;
      continue;
    }
    if (name == "c" || name == "g" || name == "n" || name == "h" || name == "f" || name == "a" || name == "d" ||
        name == "race" || name == "msan" || name == "asan" || name == "linkshared" || name == "pruneweakmap") {
      if (on && (name == "race" || name == "msan" || name == "asan" || name == "linkshared")) {
        std::fprintf(stderr, "link: -%s is not supported yet\n", std::string(name).c_str());
        return 1;
      }
      continue;
    }
    if (!has_value) {
      if (++i >= words->size())
        return usage();
      value = (*words)[i];
    }
    if (name == "o") {
      options.output = value;
    } else if (name == "importcfg") {
      options.import_config = value;
    } else if (name == "runtime") {
      options.runtime.push_back(value);
    } else if (name == "X") {
      std::size_t eq = value.find('=');
      if (eq == std::string::npos) {
        std::fprintf(stderr, "link: -X flag requires argument of the form importpath.name=value\n");
        return 1;
      }
      options.string_values.emplace_back(value.substr(0, eq), value.substr(eq + 1));
    } else if (name == "buildid") {
      options.build_id = value;
    } else if (name == "goversion") {
      options.go_version = value;
    } else if (name == "E") {
      options.entry = value;
    } else if (name == "T") {
      options.text_address = std::strtoull(value.c_str(), nullptr, 0);
      if (options.text_address < 0x2000 || options.text_address > 0x40000000) {
        std::fprintf(stderr, "link: text address %s is not supported\n", value.c_str());
        return 1;
      }
    } else if (name == "fipso") {
      options.fips_object = value;
    } else if (name == "threads") {
      options.threads = unsigned(std::atoi(value.c_str()));
    } else if (name == "buildmode") {
      options.pie = value == "pie";
      if (!options.pie && value != "exe" && value != "default") {
        std::fprintf(stderr, "link: -buildmode=%s is not supported yet\n", value.c_str());
        return 1;
      }
    } else if (name == "linkmode") {
      if (value != "internal" && value != "auto") {
        std::fprintf(stderr, "link: -linkmode=%s is not supported yet\n", value.c_str());
        return 1;
      }
    } else if (!isIgnored(name)) {
      std::fprintf(stderr, "link: unknown flag -%s\n", std::string(name).c_str());
      return usage();
    }
  }
  if (options.objects.empty())
    return usage();
  if (options.output.empty())
    options.output = "a.out";
  addDefaults(options);
  options.ends_process = true;
  auto result = gannet::link::linkProgram(options);
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().c_str());
    return 1;
  }
  return 0;
}
