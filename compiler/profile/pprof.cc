#include "compiler/profile/pprof.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

namespace gannet::profile {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30; // of a profile, unpacked

ErrorOr<std::string> unpack(std::string_view packed) {
  const auto fail = [](const char *why) { return Error{"error parsing profile: decompressing profile: " + std::string(why)}; };
  std::string out;
  z_stream stream = {};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
    return fail("no memory");
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  int status = Z_OK;
  while (status == Z_OK && out.size() <= kMostBytes) {
    const std::size_t before = out.size();
    out.resize(std::max<std::size_t>(2 * before, std::size_t{1} << 16));
    stream.next_out = reinterpret_cast<Bytef *>(out.data() + before);
    stream.avail_out = static_cast<uInt>(out.size() - before);
    status = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (status == Z_STREAM_END && stream.avail_in != 0) // several files, one behind the other, are one
      status = inflateReset(&stream);
  }
  inflateEnd(&stream);
  if (status == Z_STREAM_END)
    return out;
  return fail(status == Z_OK ? "it is too large" : status == Z_BUF_ERROR ? "unexpected EOF" : "gzip: invalid data");
}

// One message of a protocol buffer, field by field.
class Message {
public:
  explicit Message(std::string_view bytes) : bytes_(bytes) {}

  struct Field {
    std::uint64_t number = 0;
    bool is_bytes = false;
    std::uint64_t value = 0; // of numbers
    std::string_view bytes;  // of strings, messages and packed numbers

    // Appends the numbers of a repeated field: one, or all of them packed.
    bool numbers(std::vector<std::uint64_t> &out) const {
      if (!is_bytes) {
        out.push_back(value);
        return true;
      }
      Message packed(bytes);
      while (!packed.bytes_.empty())
        out.push_back(packed.varint());
      return packed.good();
    }
  };

  // False at the end, and where the bytes make no sense: then good() is false.
  bool next(Field &f) {
    if (bytes_.empty() || !good_)
      return false;
    const std::uint64_t key = varint();
    f = {};
    f.number = key >> 3;
    switch (key & 7) {
    case 0:
      f.value = varint();
      return good_;
    case 1:
      return take(8, f.bytes);
    case 2:
      f.is_bytes = true;
      return take(varint(), f.bytes);
    case 5:
      return take(4, f.bytes);
    }
    return good_ = false;
  }
  bool good() const { return good_; }

private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty())
        break;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= std::uint64_t{byte & 127u} << shift;
      if (byte < 128)
        return value;
    }
    good_ = false;
    bytes_ = {};
    return 0;
  }

  bool take(std::uint64_t count, std::string_view &out) {
    if (!good_ || count > bytes_.size())
      return good_ = false;
    out = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return true;
  }

  std::string_view bytes_;
  bool good_ = true;
};

struct Function {
  std::uint64_t name = 0; // index of a string
  std::int64_t start_line = 0;
};
struct Line {
  std::uint64_t function = 0; // id; 0: not known
  std::int64_t line = 0;
};
struct Location {
  std::uint64_t address = 0;
  std::vector<Line> lines; // innermost first
};
struct Sample {
  std::vector<std::uint64_t> locations; // ids, innermost first
  std::vector<std::uint64_t> values;
};
struct ValueType {
  std::uint64_t type = 0, unit = 0; // indices of strings
};

// A frame of a stack; frames are equal by all of it.
struct Frame {
  std::string_view function;
  std::uint64_t address = 0;
  std::int64_t start_line = 0, line = 0;

  bool operator==(const Frame &) const = default;
  auto operator<=>(const Frame &) const = default;
};

class Reader {
public:
  ErrorOr<CallProfile> read(std::string_view bytes) {
    if (!profile(bytes))
      return Error{"error parsing profile: " + (why_.empty() ? "parsing profile: malformed profile format" : "malformed profile: " + why_)};
    if (samples_.empty())
      return CallProfile();
    const std::optional<std::size_t> value = valueIndex();
    if (!value)
      return Error{"profile does not contain a sample index with value/type \"samples/count\" or cpu/nanoseconds\""};
    for (const Sample &s : samples_)
      if (!count(s, static_cast<std::int64_t>(s.values[*value])))
        return Error{"error parsing profile: the weights are too large"};
    if (total_ <= 0)
      return CallProfile();
    if (!has_start_lines_)
      return Error{"profile missing Function.start_line data (Go version of profiled application too old? Go 1.20+ "
                   "automatically adds this to profiles)"};
    return sorted();
  }

private:
  bool profile(std::string_view bytes) {
    Message message(bytes);
    for (Message::Field f; message.next(f);) {
      const bool is_record = f.number >= 1 && f.number <= 6;
      if (is_record && (!f.is_bytes || !record(f)))
        return false;
    }
    return message.good() && consistent();
  }

  bool record(const Message::Field &f) {
    switch (f.number) {
    case 1:
      return valueType(f.bytes);
    case 2:
      return sample(f.bytes);
    case 4:
      return location(f.bytes);
    case 5:
      return function(f.bytes);
    case 6:
      strings_.push_back(f.bytes);
      return true;
    }
    return true;
  }

  bool valueType(std::string_view bytes) {
    ValueType &out = value_types_.emplace_back();
    Message message(bytes);
    for (Message::Field f; message.next(f);)
      (f.number == 1 ? out.type : f.number == 2 ? out.unit : ignored_) = f.value;
    return message.good();
  }

  bool sample(std::string_view bytes) {
    Sample &out = samples_.emplace_back();
    Message message(bytes);
    for (Message::Field f; message.next(f);)
      if ((f.number == 1 && !f.numbers(out.locations)) || (f.number == 2 && !f.numbers(out.values)))
        return false;
    return message.good();
  }

  bool location(std::string_view bytes) {
    std::uint64_t id = 0;
    Location out;
    Message message(bytes);
    for (Message::Field f; message.next(f);) {
      if (f.number == 4 && (!f.is_bytes || !line(f.bytes, out.lines.emplace_back())))
        return false;
      (f.number == 1 ? id : f.number == 3 ? out.address : ignored_) = f.value;
    }
    if (out.lines.empty())
      out.lines.emplace_back();
    return message.good() && add(locations_, "location", id, std::move(out));
  }

  bool line(std::string_view bytes, Line &out) {
    Message message(bytes);
    for (Message::Field f; message.next(f);)
      if (f.number == 1)
        out.function = f.value;
      else if (f.number == 2)
        out.line = static_cast<std::int64_t>(f.value);
    return message.good();
  }

  bool function(std::string_view bytes) {
    std::uint64_t id = 0;
    Function out;
    Message message(bytes);
    for (Message::Field f; message.next(f);)
      if (f.number == 5)
        out.start_line = static_cast<std::int64_t>(f.value);
      else
        (f.number == 1 ? id : f.number == 2 ? out.name : ignored_) = f.value;
    return message.good() && add(functions_, "function", id, out);
  }

  template <typename T> bool add(std::unordered_map<std::uint64_t, T> &to, const char *what, std::uint64_t id, T item) {
    if (id == 0)
      why_ = "found " + std::string(what) + " with reserved ID=0";
    else if (!to.emplace(id, std::move(item)).second)
      why_ = "multiple " + std::string(what) + "s with same id: " + std::to_string(id);
    return why_.empty();
  }

  // Does everything that is named exist? (Lines of functions that do not are lines of none, as Go's reader has it.)
  bool consistent() {
    if (value_types_.empty() && !samples_.empty()) {
      why_ = "missing sample type information";
      return false;
    }
    for (const Sample &s : samples_) {
      if (s.values.size() != value_types_.size()) {
        why_ = "mismatch: sample has: " + std::to_string(s.values.size()) + " values vs. " + std::to_string(value_types_.size()) + " types";
        return false;
      }
      for (std::uint64_t id : s.locations)
        if (!locations_.count(id))
          return false;
    }
    for (const auto &[id, f] : functions_)
      if (f.name >= strings_.size())
        return false;
    for (const ValueType &v : value_types_)
      if (v.type >= strings_.size() || v.unit >= strings_.size())
        return false;
    return strings_.empty() || strings_[0].empty();
  }

  // Which of a sample's values counts: both are the same but for a factor.
  std::optional<std::size_t> valueIndex() const {
    for (std::size_t i = 0; i < value_types_.size(); i++) {
      const std::string_view type = strings_[value_types_[i].type], unit = strings_[value_types_[i].unit];
      if ((type == "samples" && unit == "count") || (type == "cpu" && unit == "nanoseconds"))
        return i;
    }
    return std::nullopt;
  }

  Frame frame(const Location &location, const Line &line) const {
    const auto found = functions_.find(line.function);
    if (found == functions_.end())
      return {{}, location.address, 0, 0};
    return {strings_[found->second.name], location.address, found->second.start_line, line.line};
  }

  // False if the sum of weights becomes too large.
  bool count(const Sample &sample, std::int64_t weight) {
    if (weight == 0)
      return true;
    std::vector<Frame> frames; // outermost first
    for (std::size_t i = std::min<std::size_t>(sample.locations.size(), 2); i-- > 0;) {
      const Location &location = locations_.find(sample.locations[i])->second;
      for (std::size_t k = location.lines.size(); k-- > 0;)
        frames.push_back(frame(location, location.lines[k]));
    }
    std::set<std::pair<Frame, Frame>> seen;
    for (std::size_t i = 0; i < frames.size(); i++) {
      const Frame &to = frames[i];
      has_start_lines_ |= to.start_line != 0;
      if (i == 0 || to == frames[i - 1] || !seen.emplace(frames[i - 1], to).second)
        continue;
      const Frame &from = frames[i - 1];
      std::int64_t line = 0;
      if (__builtin_sub_overflow(from.line, from.start_line, &line) || __builtin_add_overflow(total_, weight, &total_))
        return false;
      if (std::int64_t &sum = weights_[{from.function, to.function, line}]; __builtin_add_overflow(sum, weight, &sum))
        return false;
    }
    return true;
  }

  CallProfile sorted() const {
    CallProfile out;
    out.total = total_;
    for (const auto &[key, weight] : weights_)
      out.edges.push_back({std::string(std::get<0>(key)), std::string(std::get<1>(key)), std::get<2>(key), weight});
    std::stable_sort(out.edges.begin(), out.edges.end(), [](const CallEdge &a, const CallEdge &b) { return a.weight > b.weight; });
    return out;
  }

  std::string why_; // of what is inconsistent; empty for what is malformed
  std::vector<std::string_view> strings_;
  std::vector<ValueType> value_types_;
  std::vector<Sample> samples_;
  std::unordered_map<std::uint64_t, Function> functions_; // by id; the order in which it is iterated does not show
  std::unordered_map<std::uint64_t, Location> locations_; // by id; never iterated
  std::map<std::tuple<std::string_view, std::string_view, std::int64_t>, std::int64_t> weights_; // by caller, callee, line
  std::int64_t total_ = 0;
  bool has_start_lines_ = false;
  std::uint64_t ignored_ = 0; // where fields go that nobody asks for
};

} // namespace

ErrorOr<CallProfile> readPprof(std::string_view bytes) {
  if (bytes.empty())
    return CallProfile();
  if (!bytes.starts_with("\x1f\x8b"))
    return Reader().read(bytes);
  if (bytes.size() > std::numeric_limits<uInt>::max())
    return Error{"error parsing profile: it is too large"};
  ErrorOr<std::string> unpacked = unpack(bytes);
  if (!unpacked)
    return unpacked.takeError();
  if (unpacked->empty())
    return CallProfile();
  return Reader().read(*unpacked);
}

} // namespace gannet::profile
