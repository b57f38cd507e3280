// The `asm` program: `asm -o out.o -p pkg [-I dir] [-D name=value] file.s...` and `asm -gensymabis -o list file.s...`.
#include "compiler/asm/assemble.h"
#include "compiler/base/file.h"
#include "compiler/base/tool.h"
#include "compiler/object/writer.h"

#include <cstdio>
#include <filesystem>
#include <string_view>

namespace {

int usage() {
  std::fputs("usage: asm [options] file.s ...\n"
             "  -o file          output\n"
             "  -p path          package path\n"
             "  -I dir           include directory\n"
             "  -D name[=value]  predefined symbol\n"
             "  -gensymabis      write the symbol-ABI list, do not assemble\n"
             "  -trimpath list   prefixes to remove from recorded file names (a;b=>c)\n"
             "  -V[=full]        version of this program\n",
             stderr);
  return 2;
}

} // namespace

int main(int argc, char **argv) {
  auto words = gannet::expandArguments({argv + 1, argv + argc});
  if (!words) {
    std::fprintf(stderr, "asm: %s\n", words.error().c_str());
    return 1;
  }
  gannet::assembler::Options options;
  std::string output;
  std::vector<std::string> files;
  bool symabis = false;
  for (std::size_t i = 0; i < words->size(); i++) {
    std::string_view arg = (*words)[i];
    if (arg.empty() || arg[0] != '-') {
      files.emplace_back(arg);
      continue;
    }
    std::string_view name = arg.substr(arg.starts_with("--") ? 2 : 1);
    std::string value;
    bool has_value = false;
    if (std::size_t eq = name.find('='); eq != std::string_view::npos && !name.starts_with("D") && !name.starts_with("I")) {
      value = name.substr(eq + 1);
      name = name.substr(0, eq);
      has_value = true;
    }
    if ((name.starts_with("I") || name.starts_with("D")) && name.size() > 1) { // -Idir
      value = name.substr(1);
      name = name.substr(0, 1);
      has_value = true;
    }
    if (name == "gensymabis") {
      symabis = value != "false";
      continue;
    }
    if (name == "V") {
      std::fputs(gannet::versionLine("asm", value).c_str(), stdout);
      return 0;
    }
    if (name == "dynlink" && value != "false") {
      std::fprintf(stderr, "asm: -dynlink is not supported\n");
      return 1;
    }
    if (name == "shared" || name == "dynlink" || name == "S" || name == "v" || name == "compiling-runtime" || name == "std" ||
        name == "e" || name == "linkshared" || name == "debug")
      continue; // nothing differs
    if (!has_value) {
      if (++i >= words->size())
        return usage();
      value = (*words)[i];
    }
    if (name == "o") {
      output = value;
    } else if (name == "p") {
      options.package_path = value;
    } else if (name == "I") {
      options.include_dirs.push_back(value);
    } else if (name == "D") {
      options.defines.push_back(value);
    } else if (name == "trimpath") {
      for (std::size_t at = 0; at <= value.size();) {
        std::size_t end = std::min(value.find(';', at), value.size());
        std::string item = value.substr(at, end - at);
        std::size_t arrow = item.find("=>");
        if (!item.empty())
          options.trim.emplace_back(item.substr(0, arrow), arrow == std::string::npos ? "" : item.substr(arrow + 2));
        at = end + 1;
      }
    } else {
      std::fprintf(stderr, "asm: unknown flag -%s\n", std::string(name).c_str());
      return usage();
    }
  }
  if (files.empty())
    return usage();
  if (output.empty())
    output = std::filesystem::path(files.front()).stem().string() + ".o";

  gannet::SourceSet sources;
  gannet::Diagnostics diags;
  bool ok = false;
  if (symabis) {
    std::string list;
    ok = gannet::assembler::symbolAbis(files, options, sources, diags, list);
    if (ok) {
      auto written = gannet::writeFile(output, list);
      if (!written) {
        std::fprintf(stderr, "asm: %s\n", written.error().c_str());
        return 1;
      }
    }
  } else {
    gannet::object::Unit unit;
    ok = gannet::assembler::assemble(files, options, unit, sources, diags);
    if (ok) {
      auto written = gannet::object::writeObjectFile(unit, output);
      if (!written) {
        std::fprintf(stderr, "asm: %s\n", written.error().c_str());
        return 1;
      }
    }
  }
  std::fputs(diags.render(sources, 10).c_str(), stderr);
  return ok ? 0 : 1;
}
