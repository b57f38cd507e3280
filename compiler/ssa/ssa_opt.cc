// Runs passes over the text form: ssa_opt [--passes=a,b,...|generic] [--verify=off] [--positions] [FILE]
//
// Reads FILE or standard input, verifies each function before and after each pass, and prints what comes out.
#include "compiler/base/file.h"
#include "compiler/ssa/parse.h"
#include "compiler/ssa/passes.h"
#include "compiler/ssa/print.h"
#include "compiler/ssa/verify.h"

#include <cstdio>
#include <iostream>
#include <iterator>

using namespace gannet;
using namespace gannet::ssa;

namespace {

struct Arguments {
  std::vector<Pass> passes;
  bool verify = true;
  bool positions = false;
  std::string file;
};

bool readPasses(std::string_view list, std::vector<Pass> &out) {
  while (!list.empty()) {
    std::size_t comma = std::min(list.find(','), list.size());
    std::string_view name = list.substr(0, comma);
    list.remove_prefix(std::min(list.size(), comma + 1));
    if (name == "generic") {
      out.insert(out.end(), genericPasses().begin(), genericPasses().end());
      continue;
    }
    const Pass *p = passNamed(name);
    if (p == nullptr) {
      std::fprintf(stderr, "ssa_opt: no pass %s\n", std::string(name).c_str());
      return false;
    }
    out.push_back(*p);
  }
  return true;
}

bool readArguments(int argc, char **argv, Arguments &out) {
  for (int i = 1; i < argc; ++i) {
    std::string_view arg = argv[i];
    if (arg.starts_with("--passes=")) {
      if (!readPasses(arg.substr(9), out.passes))
        return false;
    } else if (arg == "--verify=off") {
      out.verify = false;
    } else if (arg == "--positions") {
      out.positions = true;
    } else if (!arg.starts_with("--") && out.file.empty()) {
      out.file = arg;
    } else {
      std::fprintf(stderr, "usage: ssa_opt [--passes=a,b,...|generic] [--verify=off] [--positions] [FILE]\n");
      return false;
    }
  }
  return true;
}

} // namespace

int main(int argc, char **argv) {
  Arguments args;
  if (!readArguments(argc, argv, args))
    return 2;
  std::string text;
  if (args.file.empty()) {
    text.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  } else {
    ErrorOr<std::string> bytes = readFile(args.file);
    if (!bytes) {
      std::fprintf(stderr, "ssa_opt: %s\n", bytes.error().c_str());
      return 1;
    }
    text = *bytes;
  }
  auto funcs = parse(text);
  if (!funcs) {
    std::fprintf(stderr, "%s: %s\n", args.file.c_str(), funcs.error().c_str());
    return 1;
  }
  PassOptions options;
  options.verify_each = args.verify;
  for (std::unique_ptr<Func> &f : *funcs) {
    std::vector<std::string> faults = args.verify ? verify(*f) : std::vector<std::string>();
    for (const std::string &fault : faults)
      std::printf("%s\n", fault.c_str());
    if (!faults.empty())
      return 1;
    PassContext ctx;
    runPasses(ctx, *f, args.passes, options);
    for (const Remark &e : ctx.errors())
      std::printf("error: %s\n", e.message.c_str());
    std::fputs(print(*f, {.positions = args.positions}).c_str(), stdout);
  }
  return 0;
}
