// The page that GOSSAFUNC asks for: a function in each form that it has on its way through the compiler, side by side, with
// its sources before and its machine code behind them. One file that needs no other; what a reader can do with it is in
// ssa_page.html.
#ifndef GANNET_COMPILER_DRIVER_SSA_PAGE_H
#define GANNET_COMPILER_DRIVER_SSA_PAGE_H

#include "compiler/base/source.h"
#include "compiler/ssa/func.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gannet::driver {

class SsaPage {
public:
  explicit SsaPage(const SourceSet &sources) : sources_(sources) {}

  // Lists the sources of `f`, which has just been built, and of what was inlined into it, as far as they are at hand.
  void addSources(const ssa::Func &f);
  // A form of the function. Positions in it read @FILE:LINE:COL, with FILE a number of the SourceSet's or a name.
  void addColumn(std::string_view name, std::string text) { columns_.emplace_back(name, std::move(text)); }

  std::string html(std::string_view function) const;
  std::string text() const; // all columns, one behind the other

private:
  struct Source {
    std::string function;
    std::uint16_t file;
    std::uint32_t first, last; // lines
  };
  std::string data(std::string_view function) const;

  const SourceSet &sources_;
  std::vector<Source> listings_;
  std::vector<std::pair<std::string, std::string>> columns_; // name, text
};

} // namespace gannet::driver

#endif
