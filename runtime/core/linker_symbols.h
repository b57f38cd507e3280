// The linker's symbols for the program's own memory (README.md, "Linker symbols").
#ifndef GANNET_RUNTIME_CORE_LINKER_SYMBOLS_H_
#define GANNET_RUNTIME_CORE_LINKER_SYMBOLS_H_

#include "runtime/core/base.h"

extern "C" {
// Global variables, and a bit for each of their words: 1 is a pointer.
extern char rt_data[] asm("runtime.data");
extern char rt_edata[] asm("runtime.edata");
extern char rt_bss[] asm("runtime.bss");
extern char rt_ebss[] asm("runtime.ebss");
extern const gannet::rt::u8 rt_gcdata[] asm("runtime.gcdata");
extern const gannet::rt::u8 rt_gcbss[] asm("runtime.gcbss");
// Counters of coverage, 4 bytes each.
extern char rt_covctrs[] asm("runtime.covctrs");
extern char rt_ecovctrs[] asm("runtime.ecovctrs");
// Code: of Go in [text, ctext), of C++ in [ctext, etext).
extern const char rt_text[] asm("runtime.text");
extern const char rt_ctext[] asm("runtime.ctext");
extern const char rt_etext[] asm("runtime.etext");
// Where the program is loaded, less where it was linked to be: its first byte, if that was 0. What to change there for that reason,
// in words of ELF's DT_RELR; and what is read-only as soon as that is done. Empty if it can be at one place only.
extern char rt_loadbase[] asm("runtime.loadbase");
extern const gannet::rt::uptr rt_relr[] asm("runtime.relr");
extern const gannet::rt::uptr rt_erelr[] asm("runtime.erelr");
extern char rt_relro[] asm("runtime.relro");
extern char rt_erelro[] asm("runtime.erelro");
extern const char rt_pclntab[] asm("runtime.pclntab");
extern const char rt_findfunctab[] asm("runtime.findfunctab");
}

#endif  // GANNET_RUNTIME_CORE_LINKER_SYMBOLS_H_
