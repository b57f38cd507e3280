// Memory for programs that fill a hundred megabytes in a fraction of a second, and then end.
#ifndef GANNET_COMPILER_BASE_LARGE_PAGES_H
#define GANNET_COMPILER_BASE_LARGE_PAGES_H

namespace gannet {

// Takes `bytes` of address space for the heap, in pages of 2 MB where the system has them: to be given a page of 4 KB at the first
// touch of each costs more than to fill it. The heap may grow beyond; what is freed is kept. To be called before other threads are
// started.
void keepHeapInLargePages(int bytes);

} // namespace gannet

#endif
