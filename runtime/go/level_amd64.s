// Copyright 2026 The Gannet Authors.

#include "textflag.h"

#ifdef GOAMD64_v4
#define LEVEL 4
#else
#ifdef GOAMD64_v3
#define LEVEL 3
#else
#ifdef GOAMD64_v2
#define LEVEL 2
#else
#define LEVEL 1
#endif
#endif
#endif

// func compiledLevel() int32
TEXT runtime·compiledLevel(SB), NOSPLIT, $0-4
	MOVL	$LEVEL, ret+0(FP)
	RET
