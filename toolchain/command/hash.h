// Content hashes: the names of things in the build cache, and the sums of go.sum.
#ifndef GANNET_TOOLCHAIN_COMMAND_HASH_H
#define GANNET_TOOLCHAIN_COMMAND_HASH_H

#include <memory>
#include <string>
#include <string_view>

namespace gannet::command {

// BLAKE3 over labelled parts; each part is preceded by its length, so that no two lists of parts collide. The cache hashes
// each source file and output of a build every time, so the speed of the hash is the speed of a build with nothing to do.
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

// BLAKE3 of the bytes alone, in 64 hexadecimal digits.
std::string hashOf(std::string_view bytes);

// SHA-256 of the bytes, in hexadecimal digits: what files that others read hold.
std::string sha256Of(std::string_view bytes);

} // namespace gannet::command

#endif
