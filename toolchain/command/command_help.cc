// gannet help: the commands, what differs from go, and go's own help of the rest.
#include "toolchain/command/commands.h"
#include "toolchain/command/go_program.h"

#include <cstdio>

namespace gannet::command {

namespace {

constexpr const char kOverview[] =
    "Gannet is a toolchain for Go source code.\n\n"
    "Usage:\n\n\tgannet <command> [arguments]\n\n"
    "The commands are:\n\n"
    "\tbuild       compile packages and dependencies\n"
    "\tclean       remove object files and cached files\n"
    "\tdoc         show documentation for package or symbol\n"
    "\tenv         print Go environment information\n"
    "\tfix         apply fixes suggested by static checkers\n"
    "\tfmt         gofmt (reformat) package sources\n"
    "\tgenerate    generate Go files by processing source\n"
    "\tget         add dependencies to current module and install them\n"
    "\tinstall     compile and install packages and dependencies\n"
    "\tlist        list packages or modules\n"
    "\tmod         module maintenance\n"
    "\trun         compile and run Go program\n"
    "\ttest        test packages\n"
    "\ttool        run specified go tool\n"
    "\tversion     print Go version\n"
    "\tvet         report likely mistakes in packages\n"
    "\twork        workspace maintenance\n\n"
    "Use \"gannet help <command>\" for more information about a command: it is go's help.\n"
    "\"gannet help differences\" says where Gannet differs.\n";

constexpr const char kDifferences[] =
    "Where gannet differs from go 1.26:\n\n"
    "- The one target is linux/amd64 with GOAMD64=v1 to v4, without cgo. Building for others, or with CGO_ENABLED=1, is\n"
    "  refused. Files that import \"C\" are left out, as with CGO_ENABLED=0.\n"
    "- Programs are static executables: -buildmode=exe, pie and archive alone. With pie they relocate themselves, without a\n"
    "  dynamic linker, and the checksum of the FIPS 140 module leaves out its variables that hold addresses.\n"
    "- -race, -msan, -asan, -linkshared and -pkgdir are refused.\n"
    "- Profiles (-pgo) decide on inlining and on calls of interfaces and function values, not on the order of code; -d=pgohash is\n"
    "  not there. Calls within inlined bodies count by the functions that these are of, and are inlined too.\n"
    "- Of version control systems, -buildvcs asks git alone. -cover does not count the statements of package runtime.\n"
    "- The vet of gannet test knows of the library which functions wrap fmt.Printf by name alone, and checks the library's own\n"
    "  packages as it does others.\n"
    "- runtime.Version() and \"gannet version\" say goVERSION-gannet. Package runtime is Gannet's own.\n"
    "- Of GODEBUG, efence=1 holds for small objects too, with sbrk=1 runtime.GC does nothing, and tracefpunwindoff is without\n"
    "  effect, as are adaptivestackstart and traceallocfree.\n"
    "- GOTOOLCHAIN is local by default. Set to auto, path or a name, it has Go's own toolchains carry out what asks for another\n"
    "  version than this one; the name of this version means this toolchain.\n"
    "- list does not ask git whether a package is stale. \"run PACKAGE@VERSION\" and \"install PACKAGE@VERSION\" say which modules\n"
    "  they add, as get does.\n"
    "- \"install cmd/NAME\" goes to GOBIN, not into the toolchain. -gcflags=-d=ssa/PASS/... takes the names of Gannet's passes.\n"
    "- The build cache is GANNET_CACHE, else GOCACHE, else gannet-build in the user's cache directory.\n"
    "- Command lines whose packages or modules cannot be loaded, all of building without modules (GO111MODULE=off), and fmt,\n"
    "  vet, fix, doc, generate, bug, telemetry, mod, get, work, most tools, \"version FILE\", list -test, list -compiled,\n"
    "  list all, list for other systems and most of list -m are carried out by Go's own programs. The SDK ships those that are\n"
    "  often used; others Gannet builds from the library's sources when they are first used, and keeps them in the build cache.\n"
    "- Of the values of GOFIPS140, off and latest are taken.\n"
    "- Build IDs are hashes of 40 digits of what went into the file, without a second one of the file.\n"
    "- Objects are ELF files. Archives of them, as \"list -export\" and \"tool compile\" give them, hold Go's export data too.\n";

} // namespace

int commandHelp(const Arguments &arguments) {
  if (arguments.empty()) {
    std::fputs(kOverview, stdout);
    return 0;
  }
  if (arguments.size() == 1 && arguments[0] == "differences") {
    std::fputs(kDifferences, stdout);
    return 0;
  }
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return 1;
  }
  Arguments words = {"help"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return runGo(*sdk, words);
}

} // namespace gannet::command
