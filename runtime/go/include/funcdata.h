// Tables that a function's record refers to, and the macros by which assembly describes its frame. The numbers are Go's.

#define PCDATA_UnsafePoint	0
#define PCDATA_StackMapIndex	1
#define PCDATA_InlTreeIndex	2
#define PCDATA_ArgLiveIndex	3
#define PCDATA_PanicBounds	4

#define FUNCDATA_ArgsPointerMaps	0
#define FUNCDATA_LocalsPointerMaps	1
#define FUNCDATA_StackObjects	2
#define FUNCDATA_InlTree	3
#define FUNCDATA_OpenCodedDeferInfo	4
#define FUNCDATA_ArgInfo	5
#define FUNCDATA_ArgLiveInfo	6
#define FUNCDATA_WrapInfo	7

// The arguments' pointers are those of the Go declaration.
#define GO_ARGS	FUNCDATA $FUNCDATA_ArgsPointerMaps, go_args_stackmap(SB)

// From here on the results hold values too.
#define GO_RESULTS_INITIALIZED	PCDATA $PCDATA_StackMapIndex, $1

// The frame holds no pointers of its own.
#define NO_LOCAL_POINTERS	FUNCDATA $FUNCDATA_LocalsPointerMaps, no_pointers_stackmap(SB)
