// compile: selects the files of a package, resolves what they import and embed, and runs the compiler and the assembler.
//
//   -o, -export         outputs
//   -p, -importpath     path of the symbols; path by which it is imported
//   -label, -package    the target and its package, for messages
//   -src, -embed        PATH<tab>SHORT_PATH
//   -pkg, -std          PATH<tab>IMPORTPATH<tab>FILE<tab>LABEL: dependencies with all they depend on; the library
//   -direct             paths of the direct dependencies among them
//   -alias              IMPORTPATH<tab>PATH: another path by which files import a direct dependency
//   -testfilter         off, exclude or only (sources.h)
//   -extraimport        a package to import although no file does
//   -cover, -covertool  files of -src whose statements are counted; Go's program that makes them do so (coverage.h)
//   -cgo                off: C sources are left out, not refused
//   -goos, -goarch, -goamd64, -tag, -gcflag, -compiler, -assembler, -include
#include "toolchain/builder/child.h"
#include "toolchain/builder/commands.h"
#include "toolchain/builder/coverage.h"
#include "toolchain/builder/embeds.h"
#include "toolchain/builder/imports.h"
#include "toolchain/builder/sources.h"

#include "compiler/base/file.h"
#include "compiler/object/archive.h"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace gannet::builder {

namespace {

// A folder for intermediate files, which goes with the object.
class WorkFolder {
public:
  explicit WorkFolder(std::string path) : path_(std::move(path)) {
    std::error_code ignored; // a folder that is not there shows at the first file
    std::filesystem::create_directories(path_, ignored);
  }
  ~WorkFolder() {
    std::error_code ignored; // left behind, it is in nobody's way
    std::filesystem::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder &) = delete;
  WorkFolder &operator=(const WorkFolder &) = delete;
  std::string file(const std::string &name) const { return path_ + "/" + name; }
  const std::string &path() const { return path_; }

private:
  std::string path_;
};

using Words = std::vector<std::string>;

void append(Words &to, const Words &words) { to.insert(to.end(), words.begin(), words.end()); }

std::optional<TestFilter> testFilter(const std::string &name) {
  if (name == "exclude")
    return TestFilter::Exclude;
  if (name == "only")
    return TestFilter::Only;
  if (name == "off" || name.empty())
    return TestFilter::Off;
  return std::nullopt;
}

class PackageCompile {
public:
  explicit PackageCompile(const Arguments &arguments)
      : arguments_(arguments), work_(arguments.one("o") + ".work") {}

  CommandResult run() {
    if (select() && addFiles() && writeConfigs() && stageAssembly() && listAssembly() && compile() && assemble())
      result_.status = 0;
    return std::move(result_);
  }

private:
  bool fail(const std::string &message) {
    result_.messages += message + "\n";
    result_.status = 1;
    return false;
  }
  bool tool(const Words &words) {
    result_.status = runTool(words, result_.messages);
    return result_.status == 0;
  }
  bool write(const std::string &name, std::string_view text) {
    ErrorOr<void> done = writeFile(work_.file(name), text);
    return done ? true : fail(done.error());
  }

  bool select() {
    std::optional<TestFilter> filter = testFilter(arguments_.one("testfilter"));
    if (!filter)
      return fail("builder: unknown -testfilter " + arguments_.one("testfilter"));
    filter_ = *filter;
    ErrorOr<Sources> sources = readSources(arguments_, filter_);
    if (!sources)
      return fail(sources.error());
    sources_ = std::move(*sources);
    for (const GoFile &file : sources_.go) {
      if (package_name_.empty())
        package_name_ = file.package_name;
      else if (package_name_ != file.package_name)
        return fail("found packages " + package_name_ + " (" + sources_.go[0].path + ") and " + file.package_name + " (" +
                    file.path + ") in one package");
    }
    // A package of tests may have no file of one of the two kinds: then that one is empty.
    if (sources_.go.empty() && filter_ == TestFilter::Off)
      return fail(arguments_.one("label") + ": no Go files: build constraints exclude all, or they import \"C\" (cgo is not supported by Gannet), or there are none");
    if (package_name_.empty())
      package_name_ = "empty";
    return true;
  }

  // Files that no target lists: what makes an empty package one, and the import that nobody wrote.
  bool addFiles() {
    ErrorOr<std::string> counters = countStatements(arguments_, work_.path(), package_name_, sources_, result_.messages);
    if (!counters)
      return fail(counters.error());
    if (!counters->empty()) {
      GoFile file{work_.file("counters.go"), "counters.go", package_name_, std::move(*counters), {}, {}};
      if (!write("counters.go", file.text))
        return false;
      sources_.go.push_back(std::move(file));
    }
    const std::string &extra = arguments_.one("extraimport");
    if (!sources_.go.empty() && extra.empty())
      return true;
    GoFile file{work_.file("extra.go"), "extra.go", package_name_, "package " + package_name_ + "\n", {}, {}};
    if (!extra.empty()) {
      file.text += "\nimport _ \"" + extra + "\"\n";
      file.imports.push_back({extra, file.path + ":3:8"});
    }
    if (!write("extra.go", file.text))
      return false;
    sources_.go.push_back(std::move(file));
    return true;
  }

  bool writeConfigs() {
    ErrorOr<std::string> config = Imports(arguments_).config(sources_);
    if (!config)
      return fail(config.error());
    std::vector<EmbedFile> files;
    for (const std::string &value : arguments_.all("embed")) {
      Words parts = fields(value, 2);
      files.push_back({parts[0], parts[1]});
    }
    ErrorOr<std::string> embeds = embedConfig(sources_, files);
    if (!embeds)
      return fail(embeds.error());
    has_embeds_ = !embeds->empty();
    return write("importcfg", *config) && write("embedcfg", *embeds);
  }

  // Where files are, as line tables name them: by the package's path, wherever the build runs.
  std::string rewriteRules() const {
    std::vector<std::string> folders = {work_.path()};
    for (const GoFile &file : sources_.go)
      folders.push_back(folderOf(file.path));
    for (const OtherFile &file : sources_.assembly)
      folders.push_back(folderOf(file.path));
    std::sort(folders.begin(), folders.end(), std::greater<>()); // deeper ones before those above them
    folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
    std::string out;
    for (const std::string &folder : folders)
      out += (out.empty() ? "" : ";") + folder + "=>" + arguments_.one("importpath");
    return out;
  }

  Words assemblerWords() const {
    Words words = {arguments_.one("assembler"), "-p", arguments_.one("p"), "-trimpath", rewriteRules(),
                   "-D", "GOOS_" + arguments_.one("goos"), "-D", "GOARCH_" + arguments_.one("goarch"),
                   "-D", "GOAMD64_" + arguments_.one("goamd64"), "-I", work_.path(), "-I", arguments_.one("include")};
    std::vector<std::string> folders;
    for (const OtherFile &header : sources_.headers)
      folders.push_back(folderOf(header.path));
    std::sort(folders.begin(), folders.end());
    folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
    for (const std::string &folder : folders)
      append(words, {"-I", folder});
    return words;
  }

  // Assembly includes whatever lies beside it: it is assembled where nothing lies but what the target declares.
  bool stageAssembly() {
    if (sources_.assembly.empty())
      return true;
    for (std::vector<OtherFile> *files : {&sources_.assembly, &sources_.headers})
      for (OtherFile &file : *files) {
        // A file of another repository has a short path that leads out of this one.
        std::string_view place = file.short_path;
        std::string staged = work_.file(place.starts_with("../") ? "other/" + std::string(place.substr(3)) : "src/" + std::string(place));
        std::error_code ignored; // a folder that is not there shows at the file
        std::filesystem::create_directories(folderOf(staged), ignored);
        ErrorOr<std::string> text = readFile(file.path);
        if (!text)
          return fail(text.error());
        if (ErrorOr<void> done = writeFile(staged, *text); !done)
          return fail(done.error());
        file.path = std::move(staged);
      }
    return true;
  }

  // Which functions assembly defines: the compiler must know. go_asm.h, which the compiler writes, is empty for that.
  bool listAssembly() {
    if (sources_.assembly.empty())
      return true;
    if (!write("go_asm.h", ""))
      return false;
    Words words = assemblerWords();
    append(words, {"-gensymabis", "-o", work_.file("symabis")});
    for (const OtherFile &file : sources_.assembly)
      words.push_back(file.path);
    return tool(words);
  }

  bool compile() {
    bool assembly = !sources_.assembly.empty();
    Words words = {arguments_.one("compiler"), "-o", assembly ? work_.file("go.o") : arguments_.one("o"),
                   "-export", arguments_.one("export"), "-p", arguments_.one("p"),
                   "-importcfg", work_.file("importcfg"), "-trimpath", rewriteRules(), "-lang=go1.26", "-c=1"};
    append(words, {"-goamd64=" + arguments_.one("goamd64")});
    if (assembly)
      append(words, {"-symabis", work_.file("symabis"), "-asmhdr", work_.file("go_asm.h")});
    else
      append(words, {"-complete"});
    if (has_embeds_)
      append(words, {"-embedcfg", work_.file("embedcfg")});
    append(words, arguments_.all("gcflag"));
    for (const GoFile &file : sources_.go)
      words.push_back(file.path);
    return tool(words);
  }

  bool assemble() {
    if (sources_.assembly.empty())
      return true;
    std::vector<object::ArchiveMember> members;
    auto add = [&](const std::string &name) {
      ErrorOr<std::string> bytes = readFile(work_.file(name));
      if (!bytes)
        return fail(bytes.error());
      members.push_back({name, std::move(*bytes)});
      return true;
    };
    if (!add("go.o"))
      return false;
    for (std::size_t i = 0; i < sources_.assembly.size(); ++i) {
      std::string name = "asm" + std::to_string(i) + ".o";
      Words words = assemblerWords();
      append(words, {"-o", work_.file(name), sources_.assembly[i].path});
      if (!tool(words) || !add(name))
        return false;
    }
    ErrorOr<void> done = writeFile(arguments_.one("o"), object::makeArchive(members));
    return done ? true : fail(done.error());
  }

  const Arguments &arguments_;
  WorkFolder work_;
  TestFilter filter_ = TestFilter::Off;
  Sources sources_;
  std::string package_name_;
  bool has_embeds_ = false;
  CommandResult result_{1, ""};
};

} // namespace

CommandResult compileCommand(const Arguments &arguments) { return PackageCompile(arguments).run(); }

} // namespace gannet::builder
