// gannet list: the packages, or modules, that patterns name.
#include "toolchain/command/build_flags.h"
#include "toolchain/command/commands.h"
#include "toolchain/command/go_program.h"
#include "toolchain/command/list_json.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"
#include "toolchain/command/profiles.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

namespace gannet::command {

namespace {

struct ListOptions {
  BuildOptions build;
  bool deps = false, exported = false, json = false, keep_going = false, modules = false;
  bool find = false, tests = false, link_shared = false, versions = false, updates = false, retracted = false, compiled = false;
  std::string format, reuse;
  std::set<std::string> fields;
  bool has_format = false;
};

void addListFlags(Flags &flags, ListOptions &o) {
  addBuildFlags(flags, o.build);
  flags.boolean("linkshared", o.link_shared); // which is refused for builds
  flags.boolean("deps", o.deps);
  flags.boolean("e", o.keep_going);
  flags.boolean("export", o.exported);
  flags.boolean("find", o.find);
  flags.boolean("m", o.modules);
  flags.boolean("test", o.tests);
  flags.boolean("compiled", o.compiled);
  flags.boolean("u", o.updates);
  flags.boolean("versions", o.versions);
  flags.boolean("retracted", o.retracted);
  flags.text("reuse", o.reuse);
  flags.function("f", [&o](const std::string &format) {
    o.format = format;
    o.has_format = true;
    return std::string();
  });
  flags.optional("json", [&o](const std::string &value) {
    o.json = value != "false";
    if (value != "true" && value != "false") {
      std::istringstream words(value);
      for (std::string word; std::getline(words, word, ',');)
        o.fields.insert(word);
    }
    return std::string();
  });
}

bool asksForEmbeds(const ListOptions &o) {
  return o.exported || o.fields.empty() || o.fields.count("EmbedFiles") || o.fields.count("TestEmbedFiles") ||
         o.fields.count("XTestEmbedFiles");
}

// For another system, or with cgo: what there is to build is Go's own to say.
bool isForeign(const Environment &environment) {
  return environment.getOr("GOOS", "linux") != "linux" || environment.getOr("GOARCH", "amd64") != "amd64" ||
         environment.get("CGO_ENABLED") == "1";
}

bool asksForStaleness(const ListOptions &o) {
  if (o.has_format)
    return o.format.find(".Stale") != std::string::npos;
  return o.json && (o.fields.empty() || o.fields.count("Stale") || o.fields.count("StaleReason"));
}

// The listing, or what a template makes of it, to standard output.
int print(const Session &session, const ListOptions &o, const std::string &json, bool modules) {
  if (!o.has_format) {
    std::fwrite(json.data(), 1, json.size(), stdout);
    return 0;
  }
  auto program = ownGoProgram(*session.sdk, "list_format");
  if (!program) {
    std::fprintf(stderr, "%s\n", program.error().c_str());
    return 1;
  }
  Arguments words = {*program, "-root", session.sdk->root, "-installsuffix", o.build.install_suffix};
  if (modules)
    words.push_back("-m");
  words.insert(words.end(), {"--", o.format});
  return runWithInput(words, json).exit_status;
}

// `list -m`: the main modules.
int listModules(const Session &session, const ListOptions &o) {
  std::string json;
  for (const modules::Module *m : session.modules->mains())
    json += (o.json || o.has_format ? moduleJson(*session.modules, *m, 0) : m->path) + "\n";
  return print(session, o, json, true);
}

// Package unsafe is no package to compile, but one to list: before the first that imports it.
std::vector<Package *> withUnsafe(Loader &loader, std::vector<Package *> listed) {
  for (auto at = listed.begin(); at != listed.end(); ++at) {
    if ((*at)->isUnsafe())
      break;
    if (!(*at)->imports.count("unsafe"))
      continue;
    Package *unsafe = loader.libraryPackage("unsafe");
    if (!unsafe)
      break;
    std::size_t place = static_cast<std::size_t>(at - listed.begin());
    std::erase(listed, unsafe); // it stands behind, if at all
    listed.insert(listed.begin() + static_cast<std::ptrdiff_t>(place), unsafe);
    break;
  }
  return listed;
}

} // namespace

int commandList(const Arguments &arguments) {
  ListOptions o;
  Flags flags;
  addListFlags(flags, o);
  Arguments rest;
  if (int status = parseFlags(flags, "list [-f format] [-json] [-m] [list flags] [build flags] [packages]", arguments, rest))
    return status;
  if (o.has_format && o.json) {
    std::fprintf(stderr, "go list -f cannot be used with -json\n");
    return 1;
  }
  auto sdk = findSdk();
  if (!sdk) {
    std::fprintf(stderr, "%s\n", sdk.error().c_str());
    return 1;
  }
  if (o.link_shared || isForeign(Environment(sdk->root))) {
    Arguments words = {"list"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return o.exported || o.compiled ? runGo(*sdk, words) : askGo(*sdk, words);
  }
  const CommandLine line{"list", arguments};
  int status = 0;
  auto session = openSessionFor(line, o.build, status);
  if (!session)
    return status;
  auto ask_go = [&line] { return handOver(line); };
  // What asks a proxy, or is about all modules, or wants the variants of test programs, is Go's own to say.
  bool queries = o.retracted || (o.modules && (o.updates || o.versions || !o.reuse.empty() || session->modules->empty()));
  queries |= o.modules && !o.build.mod_file.empty();
  queries |= o.build.mod == "mod" || o.build.vcs == VcsMode::Always; // it may write go.mod; it asks git
  queries |= o.format.find("context") != std::string::npos; // what else there could be to build
  for (const std::string &word : rest)
    queries |= o.modules || word == "all";
  if (queries || o.tests || o.compiled)
    return ask_go();
  if (o.modules)
    return listModules(*session, o);
  Loader &loader = *session->loader;
  if (rest.empty())
    rest.push_back(".");
  ListContext context{.loader = loader,
                      .bin_dir = session->environment->getOr("GOBIN", session->environment->goPath() + "/bin"),
                      .fields = o.fields,
                      .stale = {},
                      .roots = {},
                      .matches = {}};
  std::vector<Package *> roots;
  if (!asksForEmbeds(o))
    loader.ignoreEmbeds();
  if (loader.nameFiles(rest)) {
    roots = loader.loadForTest(rest);
  } else {
    for (const std::string &pattern : rest)
      for (Package *p : loader.loadForTest({pattern})) {
        if (context.roots.insert(p).second)
          roots.push_back(p);
        context.matches[p].push_back(pattern);
      }
  }
  context.roots.insert(roots.begin(), roots.end());
  std::vector<LoadError> errors;
  for (const Package *p : roots)
    errors.insert(errors.end(), p->errors.begin(), p->errors.end());
  // Those of packages that are not listed do not count, as long as nothing is asked that depends on them. Go's own is to say
  // what is wrong, what lies behind an error, and how it came to be imported.
  bool plain = !o.keep_going && !o.deps && !o.json && !o.has_format && !o.exported;
  auto ofRoot = [&](const LoadError &error) {
    if (error.text.find(" from implicitly required module;") != std::string::npos) // which is its importer's
      return true;
    return std::any_of(roots.begin(), roots.end(), [&](const Package *p) { return p->import_path == error.package; });
  };
  if (!loader.errors().empty() || (plain ? std::any_of(errors.begin(), errors.end(), ofRoot) : !errors.empty()))
    return ask_go();
  attachProfiles(loader, roots, o.build.profile);
  o.build.archives = o.exported;
  Builder builder(loader, *session->cache, o.build);
  if (o.exported && o.keep_going)
    builder.setReport([](const Package &, const std::string &, bool) {});
  if (o.exported && !builder.compile(roots))
    return o.keep_going ? ask_go() : 1;
  if (o.exported)
    context.builder = &builder;
  if (asksForStaleness(o)) {
    if (!o.exported)
      builder.lookUp(roots);
    auto target = [&context](const Package &p) { return installTarget(context, p); };
    context.stale = staleReasons(loader, builder, roots, target, o.build.rebuild_all);
  }
  std::vector<Package *> listed = o.deps ? withUnsafe(loader, loader.closureOf(roots)) : roots;
  std::string out;
  for (const Package *p : listed)
    out += (o.json || o.has_format ? packageJson(context, *p) : p->shownPath()) + "\n";
  return print(*session, o, out, false);
}

} // namespace gannet::command
