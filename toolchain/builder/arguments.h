// What a rule tells the builder: a parameter file of lines "-FLAG=VALUE". No line begins with "@", which Bazel would take for the name of
// a further file.
#ifndef GANNET_TOOLCHAIN_BUILDER_ARGUMENTS_H
#define GANNET_TOOLCHAIN_BUILDER_ARGUMENTS_H

#include "compiler/base/error.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::builder {

class Arguments {
public:
  // `words` are the command line's; "@FILE" stands for the lines of FILE.
  static ErrorOr<Arguments> read(const std::vector<std::string> &words);

  // The last value given for a flag (named without "-"), or empty.
  const std::string &one(std::string_view flag) const;
  // All values in the order given.
  const std::vector<std::string> &all(std::string_view flag) const;

private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

// The fields of a value that are divided by tabs; missing ones are empty.
std::vector<std::string> fields(std::string_view value, std::size_t count);

} // namespace gannet::builder

#endif
