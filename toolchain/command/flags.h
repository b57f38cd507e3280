// Flags as Go programs take them: -name, -name=value, -name value, with one or two dashes.
#ifndef GANNET_TOOLCHAIN_COMMAND_FLAGS_H
#define GANNET_TOOLCHAIN_COMMAND_FLAGS_H

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gannet::command {

class Flags {
public:
  void boolean(const std::string &name, bool &value);
  void text(const std::string &name, std::string &value);
  // A flag that go has and Gannet refuses, with the reason.
  void refused(const std::string &name, bool takes_value, const std::string &why);
  void list(const std::string &name, std::vector<std::string> &value); // words split as go splits them
  void commaList(const std::string &name, std::vector<std::string> &value);
  void choice(const std::string &name, std::string &value, std::vector<std::string> allowed);
  // A flag whose value is handed over; the result is the message of what is wrong with it, or empty.
  void function(const std::string &name, std::function<std::string(const std::string &)> set);
  // The same for a flag whose value may be left out: it is "true" then.
  void optional(const std::string &name, std::function<std::string(const std::string &)> set);
  void number(const std::string &name, int &value);
  // `set` returns a message on failure.
  void custom(const std::string &name, bool is_boolean, std::function<std::string(const std::string &)> set);

  // One argument, with its value if that stands apart.
  struct Parsed {
    enum class Kind { Flag, Word, Terminator, Unknown, Failed } kind;
    std::string name;       // of a flag, known or not
    bool has_value = false; // of an unknown flag: it is of the form -name=value
    std::string message;    // Failed
  };
  // Reads the argument at `i`, which moves behind it; nothing is done with a Word.
  Parsed parseOne(const std::vector<std::string> &arguments, std::size_t &i) const;

  bool knows(const std::string &name) const { return flags_.count(name) != 0; }
  // Takes the words of GOFLAGS, each a flag of its own: those that this command does not have are passed over.
  std::string parseGoFlags(const std::vector<std::string> &words) const;

  // Parses up to the first argument that is no flag, which `rest` begins with. An empty result is success; otherwise
  // the message, as the flag package words it.
  std::string parse(const std::vector<std::string> &arguments, std::vector<std::string> &rest) const;

private:
  struct Flag {
    bool is_boolean = false;
    std::function<std::string(const std::string &)> set; // returns a message on failure
  };
  std::map<std::string, Flag> flags_;
};

// Splits at blanks, with '...' and "..." quoting. Source: go help build ("space-separated list").
std::vector<std::string> splitWords(const std::string &text);

} // namespace gannet::command

#endif
