#include "secret.h"

TEXT ·Secret(SB), 4, $0-8
	MOVQ $SECRET, ret+0(FP)
	RET
