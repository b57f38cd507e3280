// GOEXPERIMENT as build tags.
#include "toolchain/command/loader.h"

#include <sstream>

namespace gannet::command {

namespace {

// The experiments that Go 1.26 has on for amd64 by default, and of these those that nothing puts off.
const std::set<std::string> kUsual = {"regabiwrappers", "regabiargs", "dwarf5", "greenteagc", "randomizedheapbase64"};
const std::set<std::string> kAlwaysOn = {"regabiwrappers", "regabiargs"};

std::string tagOf(const std::string &experiment) { return "goexperiment." + experiment; }

std::set<std::string> chosen(const std::string &list) {
  std::set<std::string> on = kUsual;
  std::istringstream words(list);
  for (std::string word; std::getline(words, word, ',');) {
    const bool off = word.starts_with("no");
    if (word == "none")
      on = kAlwaysOn;
    else if (off && !kAlwaysOn.count(word.substr(2)))
      on.erase(word.substr(2));
    else if (!off && !word.empty() && word != "regabi")
      on.insert(word);
  }
  return on;
}

} // namespace

void Loader::setExperiments(const std::string &list) {
  const std::set<std::string> on = chosen(list);
  experiments_ = list;
  experiments_changed_.clear();
  auto change = [this](const std::string &text) { experiments_changed_ += (experiments_changed_.empty() ? "" : ",") + text; };
  for (const std::string &name : on) {
    tags_.insert(tagOf(name));
    if (!kUsual.count(name))
      change(name);
  }
  for (const std::string &name : kUsual)
    if (!on.count(name)) {
      tags_.erase(tagOf(name));
      change("no" + name);
    }
}

} // namespace gannet::command
