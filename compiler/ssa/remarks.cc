#include "compiler/ssa/remarks.h"

namespace gannet::ssa {

bool RemarkSubjects::take(std::string_view word) {
  struct Entry {
    std::string_view name;
    bool RemarkSubjects::*subject;
  };
  static constexpr Entry kWords[] = {
      {"nil", &RemarkSubjects::nil_checks},           {"wb", &RemarkSubjects::write_barriers},
      {"typeassert", &RemarkSubjects::type_assertions}, {"escapedebug", &RemarkSubjects::interface_data},
      {"append", &RemarkSubjects::appends},           {"slice", &RemarkSubjects::slices},
      {"ssa/intrinsics/debug", &RemarkSubjects::intrinsics},
  };
  std::size_t equals = word.find('=');
  std::string_view value = equals == std::string_view::npos ? "1" : word.substr(equals + 1);
  for (const Entry &e : kWords)
    if (word.substr(0, equals) == e.name) {
      this->*e.subject = value != "0";
      return true;
    }
  return false;
}

gannet::Pos outermostPos(const Func &f, SrcPos pos) {
  while (pos.site)
    pos = f[pos.site].call;
  return pos.pos;
}

} // namespace gannet::ssa
