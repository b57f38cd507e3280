// What every machine of the GOAMD64 level has, so that assembly need not ask.

#ifdef GOAMD64_v2
#define hasPOPCNT
#define hasSSE42
#endif

#ifdef GOAMD64_v3
#define hasPOPCNT
#define hasSSE42
#define hasAVX
#define hasAVX2
#endif

#ifdef GOAMD64_v4
#define hasPOPCNT
#define hasSSE42
#define hasAVX
#define hasAVX2
#define hasAVX512F
#define hasAVX512BW
#define hasAVX512VL
#endif
