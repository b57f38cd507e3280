// .gopclntab in the form of Go 1.20 and later (runtime/symtab.go, debug/gosym), and the table to find functions by pc.
//
//   header | names | file lists of units | file names | pc-value tables | functions by pc and their records
//   find table: for each 4096 bytes of text, the first function and 16 bytes of what to add for each 256 of them
//
// All offsets of code are from runtime.text, those of function data from go:func.*, so that the section is final
// before addresses are.
#include "link/image.h"

#include <algorithm>
#include <map>

namespace gannet::link {

namespace {

constexpr std::uint32_t kMagic = 0xfffffff1;
constexpr std::uint64_t kBucket = 4096, kSubBucket = 256, kSubBuckets = 16;

class PclntabMaker {
public:
  PclntabMaker(Link &link, Image &image) : link_(link), image_(image) {}

  void run() {
    names_.u8(0);
    tables_.u8(0);
    collect();
    collectShownNames();
    makeFileLists();
    for (const Func &f : funcs_)
      addFunc(f);
    assemble();
  }

private:
  struct Func {
    AtomId atom;
    std::uint64_t entry; // from runtime.text
    std::uint64_t size;
  };

  static void put32(ByteBuffer &out, std::uint64_t v) { out.number(v, 4); }
  static void put64(ByteBuffer &out, std::uint64_t v) { out.number(v, 8); }

  void collect();
  void collectShownNames();
  std::uint32_t functionName(std::string_view symbol);
  void makeFileLists();
  void addFunc(const Func &f);
  void assemble();
  std::uint32_t name(std::string_view text);
  std::uint32_t table(std::span<const std::uint8_t> bytes);

  Link &link_;
  Image &image_;
  std::vector<Func> funcs_;
  std::uint64_t text_size_ = 0;
  ByteBuffer names_; // offset 0: no name
  NameTable<std::uint32_t> name_at_;
  NameTable<std::string_view> shown_;
  ByteBuffer tables_; // offset 0: no table
  NameTable<std::uint32_t> table_at_;
  ByteBuffer file_names_;
  std::uint32_t file_count_ = 0;
  ByteBuffer unit_files_; // uint32 offsets into file_names_
  std::vector<std::uint32_t> unit_start_; // by input file: index of its first entry
  ByteBuffer records_;
  object::FuncView func_; // of the function at hand
  std::vector<std::uint32_t> record_at_;
};

void PclntabMaker::collect() {
  auto add = [&](const Region &r, std::uint64_t base) {
    for (AtomId id : r.atoms)
      if (link_[id].size)
        funcs_.push_back({id, base + link_[id].addr, link_[id].size});
  };
  add(image_.text, 0);
  std::uint64_t c_base = (image_.text.size + image_.c_text.align - 1) & ~(image_.c_text.align - 1);
  add(image_.c_text, c_base);
  text_size_ = image_.c_text.atoms.empty() ? image_.text.size : c_base + image_.c_text.size;
}

std::uint32_t PclntabMaker::name(std::string_view text) {
  auto [at, fresh] = name_at_.insert(text, std::uint32_t(names_.size()));
  if (fresh) {
    names_.append(text);
    names_.u8(0);
  }
  return *at;
}

void PclntabMaker::collectShownNames() {
  for (const InputFile &file : link_.files)
    if (file.object)
      for (const object::Unit::ShownName &n : file.object->shownNames())
        shown_.insert(n.name, n.shown);
}

// The name of a function, as profiles show it. A literal is named after the function that it is in: pkg.F[int].func1.
std::uint32_t PclntabMaker::functionName(std::string_view symbol) {
  std::string_view text = shownName(symbol);
  int depth = 0;
  for (std::size_t i = text.find('['); i < text.size(); i++) {
    const char c = text[i];
    depth += (c == '[') - (c == ']');
    if (i + 1 != text.size() && (depth || (c != '.' && c != '-')))
      continue;
    const std::size_t end = i + 1 == text.size() ? text.size() : i;
    const std::string_view *shown = shown_.find(text.substr(0, end));
    if (shown)
      return name(end == text.size() ? *shown : link_.arena.copy(std::string(*shown).append(text.substr(end))));
  }
  return name(text);
}

std::uint32_t PclntabMaker::table(std::span<const std::uint8_t> bytes) {
  if (bytes.empty())
    return 0;
  std::string_view key{reinterpret_cast<const char *>(bytes.data()), bytes.size()};
  auto [at, fresh] = table_at_.insert(key, std::uint32_t(tables_.size()));
  if (fresh)
    tables_.append(key);
  return *at;
}

void PclntabMaker::makeFileLists() {
  std::vector<bool> used(link_.files.size());
  for (const Func &f : funcs_)
    used[link_[f.atom].file] = true;
  NameTable<std::uint32_t> at;
  unit_start_.assign(link_.files.size(), ~0u);
  for (std::size_t i = 0; i < link_.files.size(); i++) {
    if (!used[i] || !link_.files[i].object)
      continue;
    unit_start_[i] = std::uint32_t(unit_files_.size() / 4);
    for (std::string_view file : link_.files[i].object->files()) {
      auto [offset, fresh] = at.insert(file, std::uint32_t(file_names_.size()));
      if (fresh) {
        file_names_.append(shownFile(link_, file));
        file_names_.u8(0);
        file_count_++;
      }
      put32(unit_files_, *offset);
    }
  }
}

void PclntabMaker::addFunc(const Func &func) {
  const Atom &a = link_[func.atom];
  records_.pad(8);
  record_at_.push_back(std::uint32_t(records_.size()));
  put32(records_, func.entry);
  put32(records_, functionName(a.name));
  bool known = a.object && a.object->func_at && a.file != 0;
  if (!known) {
    // C++ code: a name and nothing else. All of it is shown as line 1 (runtime/core/unwind.h), so that is where it starts: readers
    // of profiles refuse one without any such line.
    put32(records_, object::FuncRecord::kUnknownArgs);
    for (int i = 0; i < 5; i++)
      put32(records_, 0);
    put32(records_, ~0u);
    put32(records_, 1);
    put32(records_, 0);
    return;
  }
  const InputFile &file = link_.files[a.file];
  file.object->readFunc(*a.object, func_);
  const object::FuncView &f = func_;
  bool inlines = !f.inline_tree.empty();
  std::size_t pcdata_count = f.pcdata.size();
  std::size_t funcdata_count = f.funcdata.size();
  if (inlines) {
    pcdata_count = std::max<std::size_t>(pcdata_count, object::kPcdataInlTreeIndex + 1);
    funcdata_count = std::max<std::size_t>(funcdata_count, object::kFuncdataInlTree + 1);
  }
  put32(records_, f.args_bytes);
  put32(records_, f.deferreturn);
  put32(records_, table(f.pcsp));
  put32(records_, table(f.pcfile));
  put32(records_, table(f.pcline));
  put32(records_, pcdata_count);
  put32(records_, unit_start_[a.file]);
  put32(records_, std::uint32_t(f.start_line));
  records_.u8(std::uint8_t(f.func_id));
  records_.u8(f.func_flags);
  records_.u8(0);
  records_.u8(funcdata_count);
  for (std::size_t i = 0; i < pcdata_count; i++) {
    if (i == object::kPcdataInlTreeIndex && inlines)
      put32(records_, table(f.pcinline));
    else
      put32(records_, i < f.pcdata.size() ? table(f.pcdata[i]) : 0);
  }
  for (std::size_t i = 0; i < funcdata_count; i++) {
    if (i == object::kFuncdataInlTree && inlines) {
      std::uint64_t base = (image_.funcdata.size + 3) & ~std::uint64_t(3);
      put32(records_, base + image_.inline_trees.size());
      for (const object::InlinedCall &c : f.inline_tree) {
        put32(image_.inline_trees, std::uint8_t(c.func_id));
        put32(image_.inline_trees, functionName(c.name));
        put32(image_.inline_trees, c.parent_pc);
        put32(image_.inline_trees, std::uint32_t(c.start_line));
      }
      continue;
    }
    std::uint32_t at = ~0u;
    if (i < f.funcdata.size() && f.funcdata[i].valid()) {
      const Symbol &s = link_[file.symbols[f.funcdata[i].raw]];
      if (s.atom.valid() && link_[s.atom].reachable)
        at = std::uint32_t(link_[s.atom].addr + s.value);
    }
    put32(records_, at);
  }
}

void PclntabMaker::assemble() {
  ByteBuffer &out = image_.pclntab;
  std::size_t header = 8 + 8 * 8;
  std::size_t names_at = header;
  std::size_t units_at = (names_at + names_.size() + 7) & ~std::size_t(7);
  std::size_t files_at = units_at + unit_files_.size();
  std::size_t tables_at = files_at + file_names_.size();
  std::size_t funcs_at = (tables_at + tables_.size() + 7) & ~std::size_t(7);
  const std::size_t index_size = (funcs_.size() * 8 + 4 + 7) & ~std::size_t(7);
  const std::uint64_t buckets = (text_size_ + kBucket - 1) / kBucket;
  out.reserve(funcs_at + index_size + records_.size() + 16 + buckets * (4 + kSubBuckets));
  put32(out, kMagic);
  out.u8(0);
  out.u8(0);
  out.u8(1); // instruction quantum
  out.u8(8); // pointer size
  put64(out, funcs_.size());
  put64(out, file_count_);
  put64(out, 0);
  put64(out, names_at);
  put64(out, units_at);
  put64(out, files_at);
  put64(out, tables_at);
  put64(out, funcs_at);
  out.append(names_.view());
  out.pad(8);
  out.append(unit_files_.view());
  out.append(file_names_.view());
  out.append(tables_.view());
  out.pad(8);
  for (std::size_t i = 0; i < funcs_.size(); i++) {
    put32(out, funcs_[i].entry);
    put32(out, index_size + record_at_[i]);
  }
  put32(out, text_size_);
  out.pad(8);
  out.append(records_.view());

  out.pad(16);
  image_.findfunc_at = out.size();
  if (funcs_.empty())
    return;
  // The function that covers each sub-bucket's start, or the first behind it.
  std::size_t f = 0;
  std::vector<std::uint32_t> first(buckets * kSubBuckets);
  for (std::uint64_t i = 0; i < first.size(); i++) {
    std::uint64_t pc = i * kSubBucket;
    while (f + 1 < funcs_.size() && funcs_[f + 1].entry <= pc)
      f++;
    first[i] = std::uint32_t(f);
  }
  for (std::uint64_t b = 0; b < buckets; b++) {
    std::uint32_t base = first[b * kSubBuckets];
    put32(out, base);
    for (std::uint64_t j = 0; j < kSubBuckets; j++) {
      std::uint32_t more = first[b * kSubBuckets + j] - base;
      if (more > 255) {
        link_.error("too many functions in 4096 bytes of text");
        more = 255;
      }
      out.u8(more);
    }
  }
}

} // namespace

void makePclntab(Link &link, Image &image) { PclntabMaker(link, image).run(); }

} // namespace gannet::link
