// A package as a build sees it: which files it has and what it imports.
#ifndef GANNET_TOOLCHAIN_COMMAND_PACKAGE_H
#define GANNET_TOOLCHAIN_COMMAND_PACKAGE_H

#include <map>
#include <string>
#include <vector>

namespace gannet::command {

struct Package {
  std::string import_path;   // "command-line-arguments" for files named on the command line
  std::string name;          // of the package clause
  std::string dir;           // absolute
  bool standard = false;     // of the library
  std::string lang;          // "go1.26": language version of its module
  std::vector<std::string> go_files;      // names in dir that belong to the build, sorted
  std::vector<std::string> asm_files;     // .s
  std::vector<std::string> header_files;  // .h
  std::vector<std::string> ignored_files; // .go left out by constraints
  // As written, sorted -> the package it means here (vendored paths resolved). "unsafe" is kept.
  std::map<std::string, std::string> imports;
  // Of each import as written: where, for messages ("file:line:col").
  std::map<std::string, std::string> import_positions;
  std::vector<std::string> embed_patterns; // sorted
  std::vector<Package *> deps;             // direct, sorted by import path, without unsafe

  bool isMain() const { return name == "main"; }
  // The path that symbols of the package carry.
  std::string symbolPath() const { return isMain() ? "main" : import_path; }
};

} // namespace gannet::command

#endif
