#include "compiler/ir/shape_names.h"

#include "compiler/base/check.h"
#include "compiler/types/link_string.h"
#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

namespace gannet::ir {

namespace {

constexpr std::size_t kLongestShape = 500; // bytes

// In the place of a longer name; the first byte is changed to tell it from other uses of the hash.
std::string hashOf(std::string_view text) {
  std::array<std::uint8_t, 32> sum = llvm::SHA256::hash({reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
  sum[0] ^= 0xff;
  return llvm::toHex(sum, /*LowerCase=*/true);
}

void appendShape(std::string &out, types::Type *type, types::TypeParam *param) {
  out += "go.shape.";
  if (types::isPointer(type) && types::typeSet(types::constraintOf(param)).isMethodSet()) {
    out += "*uint8";
    return;
  }
  std::string text = types::linkString(types::under(type));
  out += text.size() > kLongestShape ? hashOf(text) : text;
}

} // namespace

std::string shapeName(const Func &f) {
  const std::string exact = types::linkTypeArgs(f.type_args);
  const std::size_t at = f.name.find(exact);
  if (at == std::string::npos)
    return {}; // renamed by //go:linkname
  std::span<types::TypeParam *const> params = f.origin->type_params;
  GANNET_CHECK(params.size() == f.type_args.size(), "type arguments of " + f.name);
  std::string shapes = "[";
  for (std::size_t i = 0; i < params.size(); i++) {
    if (i)
      shapes += ',';
    appendShape(shapes, f.type_args[i], params[i]);
  }
  std::string shown = f.name;
  return shown.replace(at, exact.size(), shapes + "]");
}

std::vector<std::pair<std::string, std::string>> shapeNames(const Package &package) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto &f : package.all_funcs) {
    if (f->type_args.empty() || f->symbolic)
      continue;
    if (std::string shown = shapeName(*f); !shown.empty())
      out.emplace_back(f->name, std::move(shown));
  }
  return out;
}

} // namespace gannet::ir
