// A package as a build sees it: which files it has and what it imports.
#ifndef GANNET_TOOLCHAIN_COMMAND_PACKAGE_H
#define GANNET_TOOLCHAIN_COMMAND_PACKAGE_H

#include "toolchain/modules/module_set.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::command {

// What is wrong with a package, as go says it.
struct LoadError {
  std::string package; // import path, or what the command line has in its place; empty: it concerns none alone
  std::string text;
};

struct Package {
  std::string import_path;   // "command-line-arguments" for files named on the command line
  std::string name;          // of the package clause
  std::string dir;           // absolute
  std::string doc;           // first sentence of the package comment
  bool standard = false;     // of the library
  const modules::Module *module = nullptr; // that it belongs to; null in the library and outside modules
  std::string lang;          // "go1.26": language version of its module
  std::vector<std::string> go_files;      // names in dir that belong to the build, sorted; or in the order of the command line
  std::vector<std::string> asm_files;     // .s
  std::vector<std::string> header_files;  // .h
  std::vector<std::string> ignored_files; // .go left out by constraints
  // As written, sorted -> the package it means here (vendored paths resolved). "unsafe" is kept.
  std::map<std::string, std::string> imports;
  // Of each import as written: where, for messages ("file:line:col").
  std::map<std::string, std::string> import_positions;
  std::vector<std::string> embed_patterns; // sorted
  std::map<std::string, std::string> embed_positions; // of each: where, in the same way
  std::vector<std::string> debug_lines;    // "key=value" of //go:debug lines
  std::vector<Package *> deps;             // direct, sorted by import path, without unsafe
  bool incomplete = false;                 // it or something that it imports could not be loaded
  bool module_tool = false;                // a go.mod of the main modules names it as a tool
  bool only_tests = false;                 // dir has test files alone
  std::vector<LoadError> errors;           // of a package named for testing: what went wrong when it was loaded

  // For profile-guided optimization (profiles.h).
  std::string profile;  // absolute path; empty: none
  std::string for_main; // of a copy that is compiled with that program's profile alone: the program's path

  // For tests (test_variants.h).
  std::string for_test;                // of the package under test, if this is part of its tests' program alone
  bool library = false;                // a package main that is to be imported
  bool generated = false;              // the files were made by the command: where they lie is not told
  std::vector<std::string> link_flags; // of a program
  std::vector<std::string> vcs;        // of a program: "name=value" lines of version control (vcs.h)
  std::string module_version;          // of a program's main module, if version control tells it
  bool archive = false;                // the object is to be an archive that holds the interface, too

  // For coverage (cover.h).
  std::string cover_mode;  // "set", "count", "atomic"; "testmain" of a test's package main; empty: not instrumented
  bool cover_meta = false; // its metadata is wanted apart from a program's

  bool edge_counters = false; // for fuzzing (test_fuzz.h)

  bool isUnsafe() const { return standard && import_path == "unsafe"; } // which the compiler knows
  bool isMain() const { return name == "main" && !library; }
  // The path that symbols of the package carry.
  std::string symbolPath() const { return isMain() ? "main" : import_path; }
  // As messages name it: a package compiled anew for the tests of another is "path [under_test.test]", one for a program's profile
  // "path [program]".
  std::string shownPath() const {
    if (!for_test.empty() && !isMain())
      return import_path + " [" + for_test + ".test]";
    return for_main.empty() ? import_path : import_path + " [" + for_main + "]";
  }
};

// For messages: " from FILE", the first file of the package that imports the package `path`; empty if none does.
std::string importingFile(const Package &package, const std::string &path);

// The first sentence of the comment before the package clause of a file's text; empty if there is none or it is but a notice
// of copyright. Source: Go's go/doc, "Synopsis".
std::string docSynopsis(std::string_view text);

// The name of the program that a main package makes: the last element of its path, a version suffix left out; of files
// named on the command line, the first.
std::string executableName(const Package &package);

} // namespace gannet::command

#endif
