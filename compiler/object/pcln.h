// Go's pc-value tables and the small vocabulary of function records (internal/abi symtab.go).
//
// A table maps each code offset of a function to a 32-bit value. Encoding: a sequence of pairs
// (zigzag varint: change of the value, starting from -1; varint: bytes of code it covers), ended by a 0 byte.
#ifndef GANNET_COMPILER_OBJECT_PCLN_H
#define GANNET_COMPILER_OBJECT_PCLN_H

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace gannet::object {

enum class FuncId : std::uint8_t {
  Normal = 0,
  Abort,
  Asmcgocall,
  AsyncPreempt,
  Cgocallback,
  Corostart,
  DebugCallV2,
  GcBgMarkWorker,
  Goexit,
  Gogo,
  Gopanic,
  HandleAsyncEvent,
  Mcall,
  Morestack,
  Mstart,
  Panicwrap,
  Rt0Go,
  RuntimeMain,
  RunFinalizers,
  RunCleanups,
  Sigpanic,
  Systemstack,
  SystemstackSwitch,
  Wrapper,
};

// The id of the function of that symbol name (without .abi0).
FuncId funcIdOf(std::string_view name, bool is_wrapper);

enum FuncFlag : std::uint8_t { kFuncTopFrame = 1, kFuncSpWrite = 2, kFuncAsm = 4 };

enum PcdataNumber : std::uint32_t {
  kPcdataUnsafePoint = 0,
  kPcdataStackMapIndex = 1,
  kPcdataInlTreeIndex = 2,
  kPcdataArgLiveIndex = 3,
  kPcdataPanicBounds = 4,
};
enum FuncdataNumber : std::uint32_t {
  kFuncdataArgsPointerMaps = 0,
  kFuncdataLocalsPointerMaps = 1,
  kFuncdataStackObjects = 2,
  kFuncdataInlTree = 3,
  kFuncdataOpenCodedDeferInfo = 4,
  kFuncdataArgInfo = 5,
  kFuncdataArgLiveInfo = 6,
  kFuncdataWrapInfo = 7,
};
inline constexpr std::int32_t kUnsafePointSafe = -1;
inline constexpr std::int32_t kUnsafePointUnsafe = -2;

// Builds one table. Offsets come in ascending order; `set` says that from `pc` on the value is `value`.
class PcTable {
public:
  void set(std::uint32_t pc, std::int32_t value);
  // The encoded table of a function of `end_pc` bytes; empty if the value is -1 throughout.
  std::vector<std::uint8_t> finish(std::uint32_t end_pc);

private:
  struct Step {
    std::uint32_t pc;
    std::int32_t value;
  };
  std::vector<Step> steps_;
};

// Reads a table back: next() advances to the next run [start, end) of one value.
class PcTableReader {
public:
  explicit PcTableReader(std::span<const std::uint8_t> table) : rest_(table) {}
  bool next();
  std::uint32_t start = 0;
  std::uint32_t end = 0;
  std::int32_t value = -1;

private:
  bool readVarint(std::uint32_t &out);
  std::span<const std::uint8_t> rest_;
  bool first_ = true;
};

// The value at `pc`, -1 outside the table.
std::int32_t pcValue(std::span<const std::uint8_t> table, std::uint32_t pc);

void appendVarint(std::vector<std::uint8_t> &out, std::uint64_t value);

// A stack map: {int32 n; int32 nbit; uint8 bits[n][ceil(nbit/8)]}; each row of `rows` has nbit bits, packed.
std::vector<std::uint8_t> encodeStackMap(std::uint32_t bit_count, std::span<const std::vector<std::uint8_t>> rows);

// A variable in a frame that is reached through pointers.
struct StackObject {
  std::int32_t offset = 0; // from where the saved BP stands; negative
  std::int32_t size_bytes = 0;
  std::vector<std::uint8_t> ptr_mask; // bit i: word i is a pointer; up to the last pointer
};

// {uint32 n; {int32 offset, size_bytes, mask_words; uint32 mask_at} [n]; masks}, by offset. Masks are found from the start of
// all this, so that it needs no relocation; in Go's own records they are found from the module's read-only data.
std::vector<std::uint8_t> encodeStackObjects(std::span<const StackObject> objects);

} // namespace gannet::object

#endif
