#include "toolchain/command/hash.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/SHA256.h"

namespace gannet::command {

namespace {

std::string hex(llvm::ArrayRef<std::uint8_t> digest) { return llvm::toHex(digest, /*LowerCase=*/true); }

llvm::StringRef view(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

} // namespace

struct Hasher::State {
  llvm::BLAKE3 blake;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {}
Hasher::~Hasher() = default;

void Hasher::add(std::string_view part) {
  std::string length = std::to_string(part.size()) + ":";
  state_->blake.update(view(length));
  state_->blake.update(view(part));
}

std::string Hasher::finish() { return hex(state_->blake.final()); }

std::string hashOf(std::string_view bytes) {
  llvm::BLAKE3 blake;
  blake.update(view(bytes));
  return hex(blake.final());
}

std::string sha256Of(std::string_view bytes) {
  llvm::SHA256 sha;
  sha.update(view(bytes));
  return hex(sha.final());
}

} // namespace gannet::command
