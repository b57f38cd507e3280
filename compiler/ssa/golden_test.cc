// Runs testdata/*/*.ssa: each names its passes in a RUN line and what must come out in CHECK lines.
//
//   // RUN: ssa_opt --passes=a,b %s         the passes; `verify` alone stops after the faults found; --debug: remarks too
//   // CHECK: text                          a later line that holds the text
//   // CHECK-NEXT: text                     the line after that of the last match
//   // CHECK-NOT: text                      no line up to the next match (or the end) holds it
//
// Runs of spaces count as one. Every function is verified after each pass, and its text must read back the same.
#include "compiler/base/file.h"
#include "compiler/ssa/parse.h"
#include "compiler/ssa/passes.h"
#include "compiler/ssa/print.h"
#include "compiler/ssa/verify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace gannet::ssa {
namespace {

std::string squeezed(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\t')
      c = ' ';
    if (c == ' ' && (out.empty() || out.back() == ' '))
      continue;
    out += c;
  }
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
}

std::vector<std::string> linesOf(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    out.push_back(squeezed(text.substr(0, end)));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return out;
}

std::vector<Pass> passesOf(const std::vector<std::string> &lines) {
  std::vector<Pass> out;
  for (const std::string &line : lines) {
    std::size_t at = line.find("--passes=");
    if (!line.starts_with("// RUN:") || at == std::string::npos)
      continue;
    std::string list = line.substr(at + 9);
    list = list.substr(0, list.find(' '));
    for (std::size_t start = 0; start <= list.size();) {
      std::size_t comma = std::min(list.find(',', start), list.size());
      std::string name = list.substr(start, comma - start);
      start = comma + 1;
      if (name == "generic") {
        out.insert(out.end(), genericPasses().begin(), genericPasses().end());
        continue;
      }
      const Pass *p = passNamed(name);
      EXPECT_NE(p, nullptr) << "no pass " << name;
      if (p != nullptr)
        out.push_back(*p);
    }
  }
  return out;
}

void check(const std::vector<std::string> &wants, const std::vector<std::string> &output, const std::string &all) {
  std::size_t at = 0; // the first line that has not been matched
  std::vector<std::string> nots;
  auto checkNots = [&](std::size_t end) {
    for (const std::string &text : nots)
      for (std::size_t i = at; i < end; ++i)
        EXPECT_EQ(output[i].find(text), std::string::npos) << "CHECK-NOT: " << text << "\nin:\n" << all;
    nots.clear();
  };
  for (const std::string &line : wants) {
    if (line.starts_with("// CHECK-NOT: ")) {
      nots.push_back(line.substr(14));
    } else if (line.starts_with("// CHECK-NEXT: ")) {
      std::string text = line.substr(15);
      ASSERT_TRUE(at < output.size() && output[at].find(text) != std::string::npos)
          << line << "\nfound: " << (at < output.size() ? output[at] : "end") << "\nin:\n" << all;
      ++at;
    } else if (line.starts_with("// CHECK: ")) {
      std::string text = line.substr(10);
      std::size_t found = at;
      while (found < output.size() && output[found].find(text) == std::string::npos)
        ++found;
      ASSERT_LT(found, output.size()) << line << "\nin:\n" << all;
      checkNots(found);
      at = found + 1;
    }
  }
  checkNots(output.size());
}

void runFile(const std::string &path) {
  SCOPED_TRACE(path);
  ErrorOr<std::string> text = readFile(path);
  ASSERT_TRUE(text) << text.error();
  std::vector<std::string> lines = linesOf(*text);
  auto funcs = parse(*text);
  std::string all;
  if (!funcs) {
    all = funcs.error() + "\n";
  } else {
    PassOptions options;
    options.verify_each = true;
    if (std::any_of(lines.begin(), lines.end(), [](const std::string &l) { return l.starts_with("// RUN:") && l.find("--debug") != l.npos; }))
      options.settings["all"].debug = 1;
    for (std::unique_ptr<Func> &f : *funcs) {
      std::string before = print(*f);
      auto again = parse(before);
      ASSERT_TRUE(again) << again.error() << "\n" << before;
      EXPECT_EQ(print(*again->front()), before);
      std::vector<std::string> faults = verify(*f);
      for (const std::string &fault : faults)
        all += fault + "\n";
      if (!faults.empty())
        continue;
      PassContext ctx;
      runPasses(ctx, *f, passesOf(lines), options);
      for (const Remark &e : ctx.errors())
        all += "error: " + e.message + "\n";
      for (const Remark &r : ctx.remarks())
        all += "remark: " + r.message + "\n";
      all += print(*f);
    }
  }
  check(lines, linesOf(all), all);
}

TEST(Golden, AllFiles) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const auto &entry : fs::recursive_directory_iterator("compiler/ssa/testdata"))
    if (entry.path().extension() == ".ssa")
      files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  ASSERT_FALSE(files.empty());
  for (const std::string &path : files)
    runFile(path);
}

} // namespace
} // namespace gannet::ssa
