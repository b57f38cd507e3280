// Content hashes: the names of things in the build cache.
#ifndef GANNET_TOOLCHAIN_COMMAND_HASH_H
#define GANNET_TOOLCHAIN_COMMAND_HASH_H

#include <memory>
#include <string>
#include <string_view>

namespace gannet::command {

// SHA-256 over labelled parts; each part is preceded by its length, so that no two lists of parts collide.
class Hasher {
public:
  Hasher();
  ~Hasher();
  void add(std::string_view part);
  // 64 hexadecimal digits. Call once.
  std::string finish();

private:
  struct State;
  std::unique_ptr<State> state_;
};

// SHA-256 of the bytes alone, in hexadecimal digits.
std::string hashOf(std::string_view bytes);

} // namespace gannet::command

#endif
