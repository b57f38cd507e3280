#include "link/link.h"

#include "compiler/base/parallel.h"
#include "link/image.h"
#include "platforms/targets.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

namespace gannet::link {

namespace {

// Prints how long each phase took.
class PhaseTimer {
public:
  explicit PhaseTimer(bool on) : on_(on) {}
  void done(const char *phase) {
    if (!on_)
      return;
    auto now = std::chrono::steady_clock::now();
    std::fprintf(stderr, "%8.1f ms %s\n", std::chrono::duration<double, std::milli>(now - last_).count(), phase);
    last_ = now;
  }

private:
  bool on_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// .go.buildinfo as debug/buildinfo reads it: magic, pointer size, flag 2 (strings inline), version, module information.
std::string buildInfo(const std::string &version, const std::string &module_info) {
  std::string out = "\xff Go buildinf:";
  out.push_back(8);
  out.push_back(2);
  out.resize(32);
  for (const std::string *s : {&version, &module_info}) {
    std::size_t n = s->size();
    for (; n >= 0x80; n >>= 7)
      out.push_back(char(n | 0x80));
    out.push_back(char(n));
    out += *s;
  }
  while (out.size() % 16)
    out.push_back(0);
  return out;
}

std::string buildIdNote(const std::string &id) {
  if (id.empty())
    return {};
  std::string out;
  appendLe(out, 4, 4);
  appendLe(out, id.size(), 4);
  appendLe(out, 4, 4);
  out.append("Go\0\0", 4);
  out += id;
  while (out.size() % 4)
    out.push_back(0);
  return out;
}

Error joined(const std::vector<std::string> &errors) {
  Error e;
  std::size_t shown = 0;
  for (const std::string &text : errors) {
    if (shown == 20) {
      e.message += "\ntoo many errors";
      break;
    }
    if (shown++)
      e.message += "\n";
    e.message += text;
  }
  return e;
}

// What lies behind a larger one could not be reached by 32-bit offsets.
void checkSizes(Link &link) {
  constexpr std::uint64_t kMostBytes = 2'000'000'000;
  for (const Atom &a : link.atoms)
    if (a.reachable && a.size > kMostBytes)
      link.error(std::string(a.name) + ": symbol too large (" + std::to_string(a.size) + " bytes > " + std::to_string(kMostBytes) +
                 " bytes)");
}

// All that a link holds.
struct Work {
  explicit Work(const Options &options) : link(options) {}
  Link link;
  Image image;
  std::optional<DwarfUnits> dwarf;
  std::optional<LoadedParts> loaded;
};

ErrorOr<void> run(const Options &options, Work &work) {
  auto &[link, image, dwarf, loaded] = work;
  link.threads = options.threads ? options.threads : processorCount();
  PhaseTimer timer(options.verbose);

  loadInputs(link);
  timer.done("load");
  if (link.failed())
    return joined(link.errors);
  orderInitTasks(link);
  resolveSymbols(link);
  timer.done("resolve");
  if (link.failed())
    return joined(link.errors);
  markReachable(link);
  timer.done("reachability");
  if (link.failed())
    return joined(link.errors);
  checkSizes(link);
  checkNosplit(link);
  timer.done("nosplit");
  if (link.failed())
    return joined(link.errors);

  image.page_bytes = platforms::findTarget("linux", "amd64")->page_bytes;
  placeAtoms(link, image);
  timer.done("placement");
  if (!options.strip_dwarf && !options.strip_symbols)
    dwarf.emplace(link, image);
  // The table of functions is made by one thread, first and beside the units of debug information.
  parallelFor(1 + (dwarf ? dwarf->size() : 0), link.threads, [&](std::size_t item, unsigned) {
    if (item == 0)
      makePclntab(link, image);
    else
      dwarf->make(item - 1);
  });
  timer.done("pclntab and dwarf units");
  makeGcMasks(link, image);
  if (options.pie)
    checkMovable(link, image);
  image.build_info = buildInfo(options.go_version, link.module_info);
  image.build_id_note = buildIdNote(options.build_id);
  if (image.build_id_note.size() > 1024)
    return Error{"build id is too long"};
  assignAddresses(link, image);
  timer.done("layout");
  loaded.emplace(link, image);
  if (dwarf)
    dwarf->join();
  timer.done("dwarf");
  if (!options.strip_symbols)
    addSymbolTable(image);
  // What takes longest comes first.
  const std::size_t sections = dwarf ? dwarf->sections() : 0;
  parallelFor(sections + 1 + loaded->size(), link.threads, [&](std::size_t item, unsigned) {
    if (item < sections)
      dwarf->finish(item);
    else if (item > sections)
      loaded->make(item - sections - 1);
    else if (!options.strip_symbols)
      fillSymbolTable(link, image);
  });
  loaded->addErrors(link);
  timer.done("sections");
  sumFips(link, image, loaded->bytes());
  if (link.failed())
    return joined(link.errors);
  auto written = writeImage(link, image, loaded->bytes());
  timer.done("write");
  return written;
}

} // namespace

ErrorOr<void> linkProgram(const Options &options) {
  auto work = std::make_unique<Work>(options);
  auto result = run(options, *work);
  if (options.ends_process)
    static_cast<void>(work.release());
  return result;
}

} // namespace gannet::link
