#include "toolchain/command/test_cover.h"

#include "compiler/base/file.h"
#include "toolchain/command/embed.h"
#include "toolchain/command/go_program.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/process.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace gannet::command {

namespace {

std::string firstLine(const CoverOptions &options) { return "mode: " + options.mode + "\n"; }

// The packages, their tests, and all that these import; dependencies first.
std::vector<Package *> withTests(Loader &loader, const std::vector<Package *> &packages) {
  std::vector<Package *> roots = packages;
  for (const Package *p : packages) {
    if (p->incomplete)
      continue;
    Package internal, external;
    bool good = loader.loadTests(*p, internal, external);
    if (!good)
      loader.takeErrors(); // they are said when the test program is planned
    roots.insert(roots.end(), internal.deps.begin(), internal.deps.end());
    roots.insert(roots.end(), external.deps.begin(), external.deps.end());
  }
  return loader.closureOf(roots);
}

// The name by which the programs know a file of metadata.
std::string metaName(const Package &package) { return "covmeta." + sha256Of(package.import_path); }

bool hasContent(const std::string &path) {
  std::error_code error;
  return std::filesystem::file_size(path, error) > 0 && !error;
}

} // namespace

ErrorOr<void> TestCoverage::begin(Loader &loader, const std::vector<Package *> &packages) {
  if (!options_.enabled)
    return {};
  auto tool = goProgram(loader.sdk(), "cover");
  auto covdata = tool ? goProgram(loader.sdk(), "covdata") : tool;
  if (!covdata)
    return covdata.takeError();
  options_.tool = *tool;
  covdata_ = *covdata;
  if (!isLocal()) {
    auto marked = markCovered(loader, options_, withTests(loader, packages), {}, "tested");
    if (!marked)
      return marked.takeError();
    chosen_ = std::move(*marked);
    for (Package *p : chosen_)
      p->cover_meta = true;
  }
  return {};
}

void TestCoverage::describe(const Package &package, TestMainInput &input) const {
  input.cover_mode = options_.mode;
  if (isLocal()) {
    input.covered = {package.import_path};
    return;
  }
  for (const std::string &pattern : options_.patterns)
    input.cover_note += (input.cover_note.empty() ? " in " : ", ") + pattern;
  for (const Package *p : chosen_)
    input.covered.push_back(p->import_path);
}

bool TestCoverage::makeFolder(const Builder &builder, const std::string &folder) const {
  if (!makeDirs(folder))
    return false;
  if (chosen_.empty())
    return true;
  // Source: Go's internal/coverage, MetaFileCollection.
  std::string paths, files;
  for (const Package *p : chosen_) {
    const Compiled *compiled = builder.compiled(*p);
    if (!compiled || compiled->cover_meta.empty() || !hasContent(compiled->cover_meta))
      continue;
    paths += (paths.empty() ? "" : ",") + jsonString(p->import_path);
    files += (files.empty() ? "" : ",") + jsonString(compiled->cover_meta);
  }
  auto written = writeFile(folder + "/metafiles.txt", "{\"ImportPaths\":[" + paths + "],\"MetaFileFragments\":[" + files + "]}\n");
  return written.operator bool();
}

bool TestCoverage::addProfile(std::size_t index, const std::string &file) {
  if (options_.profile.empty())
    return true;
  auto text = readFile(file);
  if (!text || text->empty())
    return true; // a test may fail before it writes one
  std::string head = firstLine(options_);
  if (text->compare(0, head.size(), head) != 0) {
    std::fprintf(stderr, "test wrote malformed coverage profile %s: header %s, expected %s\n", file.c_str(),
                 jsonString(text->substr(0, head.size())).c_str(), jsonString(head).c_str());
    return false;
  }
  std::lock_guard<std::mutex> hold(lock_);
  parts_[index] = text->substr(head.size());
  return true;
}

bool TestCoverage::writeProfile() const {
  if (options_.profile.empty())
    return true;
  std::string text = firstLine(options_);
  for (const auto &[index, part] : parts_)
    text += part;
  std::ofstream out(options_.profile, std::ios::binary | std::ios::trunc); // it may be no regular file
  out << text;
  out.close();
  if (!out)
    std::fprintf(stderr, "open %s: cannot be written\n", options_.profile.c_str());
  return out.good();
}

ErrorOr<std::string> TestCoverage::ofUntested(std::size_t index, const Compiled &compiled, const Package &package, const std::string &work) {
  if (compiled.cover_meta.empty() || !hasContent(compiled.cover_meta))
    return std::string();
  std::string folder = work + "/covdata";
  std::error_code error;
  if (makeDirs(folder))
    std::filesystem::copy_file(compiled.cover_meta, folder + "/" + metaName(package), error);
  if (error || !isDirectory(folder))
    return Error{"gannet: cannot make " + folder};
  ProcessResult percent = runCaptured({covdata_, "percent", "-i", folder}, "");
  if (!percent.started || percent.exit_status)
    return Error{percent.output};
  if (options_.profile.empty())
    return percent.output;
  std::string part = work + "/_cover_.out";
  ProcessResult text = runCaptured({covdata_, "textfmt", "-i", folder, "-o", part}, "");
  if (!text.started || text.exit_status || !addProfile(index, part))
    return Error{text.output};
  return percent.output;
}

std::string coverageNote(std::string_view output) {
  constexpr std::string_view kMark = "coverage: ";
  std::size_t at = output.find(kMark), end = at == std::string_view::npos ? at : output.find('\n', at);
  return end == std::string_view::npos ? "" : "\t" + std::string(output.substr(at, end - at));
}

} // namespace gannet::command
