#include "compiler/x86/memory_access.h"

#include "compiler/x86/encoder.h"

namespace gannet::x86 {

// Operations that read and write again count as reads: the word was stored before.
#define GANNET_READ_AND_WRITE(name)                                                                                    \
  case op::name##8rm:                                                                                                  \
  case op::name##8mr:                                                                                                  \
  case op::name##8mi:                                                                                                  \
    return {MemoryAccess::Kind::Reads, 1};                                                                             \
  case op::name##16mr:                                                                                                 \
  case op::name##16mi:                                                                                                 \
  case op::name##16mi8:                                                                                                \
    return {MemoryAccess::Kind::Reads, 2};                                                                             \
  case op::name##32rm:                                                                                                 \
  case op::name##32mr:                                                                                                 \
  case op::name##32mi:                                                                                                 \
  case op::name##32mi8:                                                                                                \
    return {MemoryAccess::Kind::Reads, 4};                                                                             \
  case op::name##64rm:                                                                                                 \
  case op::name##64mr:                                                                                                 \
  case op::name##64mi32:                                                                                               \
  case op::name##64mi8:                                                                                                \
    return {MemoryAccess::Kind::Reads, 8};

MemoryAccess accessOf(std::uint16_t op) {
  switch (op) {
    GANNET_READ_AND_WRITE(ADD)
    GANNET_READ_AND_WRITE(SUB)
    GANNET_READ_AND_WRITE(AND)
    GANNET_READ_AND_WRITE(OR)
    GANNET_READ_AND_WRITE(XOR)
    GANNET_READ_AND_WRITE(CMP)
  case op::MOV8rm:
  case op::MOVZX32rm8:
  case op::MOVSX32rm8:
  case op::MOVSX64rm8:
  case op::TEST8mr:
  case op::TEST8mi:
    return {MemoryAccess::Kind::Reads, 1};
  case op::MOV16rm:
  case op::MOVZX32rm16:
  case op::MOVSX32rm16:
  case op::MOVSX64rm16:
    return {MemoryAccess::Kind::Reads, 2};
  case op::MOV32rm:
  case op::MOVSX64rm32:
  case op::MOVSSrm:
  case op::TEST32mr:
  case op::TEST32mi:
    return {MemoryAccess::Kind::Reads, 4};
  case op::MOV64rm:
  case op::MOVSDrm:
  case op::MOVQI2PQIrm:
  case op::TEST64mr:
  case op::TEST64mi32:
  case op::CMOV64rm:
  case op::CALL64m:
    return {MemoryAccess::Kind::Reads, 8};
  case op::MOVUPSrm:
  case op::MOVAPSrm:
    return {MemoryAccess::Kind::Reads, 16};
  case op::MOV8mr:
  case op::MOV8mi:
  case op::SETCCm:
    return {MemoryAccess::Kind::Writes, 1};
  case op::MOV16mr:
  case op::MOV16mi:
    return {MemoryAccess::Kind::Writes, 2};
  case op::MOV32mr:
  case op::MOV32mi:
  case op::MOVSSmr:
    return {MemoryAccess::Kind::Writes, 4};
  case op::MOV64mr:
  case op::MOV64mi32:
  case op::MOVSDmr:
    return {MemoryAccess::Kind::Writes, 8};
  case op::MOVUPSmr:
  case op::MOVAPSmr:
    return {MemoryAccess::Kind::Writes, 16};
  case op::LEA64r:
  case op::LEA32r:
  case op::LEA64_32r:
    return {MemoryAccess::Kind::Address, 0};
  default:
    return {};
  }
}

#undef GANNET_READ_AND_WRITE

} // namespace gannet::x86
