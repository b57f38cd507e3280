#include "compiler/x86/slot_operand.h"

namespace gannet::x86 {

namespace {

struct Row {
  op::Id rr, rm;
  unsigned operand; // which one may be in memory
};

constexpr Row kRows[] = {
    {op::SUB32rr, op::SUB32rm, 2},       {op::SUB64rr, op::SUB64rm, 2},       {op::AND32rr, op::AND32rm, 2},
    {op::AND64rr, op::AND64rm, 2},       {op::OR32rr, op::OR32rm, 2},         {op::OR64rr, op::OR64rm, 2},
    {op::XOR32rr, op::XOR32rm, 2},       {op::XOR64rr, op::XOR64rm, 2},       {op::IMUL32rr, op::IMUL32rm, 2},
    {op::IMUL64rr, op::IMUL64rm, 2},     {op::ADDSDrr, op::ADDSDrm, 2},       {op::ADDSSrr, op::ADDSSrm, 2},
    {op::SUBSDrr, op::SUBSDrm, 2},       {op::SUBSSrr, op::SUBSSrm, 2},       {op::MULSDrr, op::MULSDrm, 2},
    {op::MULSSrr, op::MULSSrm, 2},       {op::DIVSDrr, op::DIVSDrm, 2},       {op::DIVSSrr, op::DIVSSrm, 2},
    {op::CMP8rr, op::CMP8rm, 1},         {op::CMP16rr, op::CMP16rm, 1},       {op::CMP32rr, op::CMP32rm, 1},
    {op::CMP64rr, op::CMP64rm, 1},       {op::CMP8rr, op::CMP8mr, 0},         {op::CMP16rr, op::CMP16mr, 0},
    {op::CMP32rr, op::CMP32mr, 0},       {op::CMP64rr, op::CMP64mr, 0},       {op::UCOMISDrr, op::UCOMISDrm, 1},
    {op::UCOMISSrr, op::UCOMISSrm, 1},   {op::MOVZX32rr8, op::MOVZX32rm8, 1}, {op::MOVZX32rr16, op::MOVZX32rm16, 1},
    {op::MOVSX32rr8, op::MOVSX32rm8, 1}, {op::MOVSX32rr16, op::MOVSX32rm16, 1}, {op::MOVSX64rr8, op::MOVSX64rm8, 1},
    {op::MOVSX64rr16, op::MOVSX64rm16, 1}, {op::MOVSX64rr32, op::MOVSX64rm32, 1}, {op::MOV32rr, op::MOV32rm, 1},
    {op::CMP8ri, op::CMP8mi, 0},         {op::CMP32ri8, op::CMP32mi8, 0},     {op::CMP64ri8, op::CMP64mi8, 0},
    {op::CMP32ri, op::CMP32mi, 0},       {op::CMP64ri32, op::CMP64mi32, 0},
};

} // namespace

op::Id memoryForm(const MInst &inst, unsigned operand) {
  for (const Row &row : kRows)
    if (row.rr == inst.op && row.operand == operand)
      return row.rm;
  return op::kCount;
}

bool isCommutativeInst(const MInst &inst) {
  switch (inst.op) {
  case op::AND32rr:
  case op::AND64rr:
  case op::OR32rr:
  case op::OR64rr:
  case op::XOR32rr:
  case op::XOR64rr:
  case op::IMUL32rr:
  case op::IMUL64rr:
  case op::ADD64rr:
  case op::ADDSDrr:
  case op::ADDSSrr:
  case op::MULSDrr:
  case op::MULSSrr:
  case op::PCMPEQBrr:
  case op::ORPSrr:
    return true;
  default:
    return false;
  }
}

} // namespace gannet::x86
