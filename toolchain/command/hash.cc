#include "toolchain/command/hash.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

namespace gannet::command {

struct Hasher::State {
  llvm::SHA256 sha;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {}
Hasher::~Hasher() = default;

void Hasher::add(std::string_view part) {
  std::string length = std::to_string(part.size()) + ":";
  state_->sha.update(llvm::StringRef(length));
  state_->sha.update(llvm::StringRef(part.data(), part.size()));
}

std::string Hasher::finish() {
  auto digest = state_->sha.final();
  return llvm::toHex(llvm::ArrayRef<std::uint8_t>(digest.data(), digest.size()), /*LowerCase=*/true);
}

std::string hashOf(std::string_view bytes) {
  auto digest = llvm::SHA256::hash(llvm::ArrayRef<std::uint8_t>(
      reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size()));
  return llvm::toHex(llvm::ArrayRef<std::uint8_t>(digest.data(), digest.size()), /*LowerCase=*/true);
}

} // namespace gannet::command
