TEXT f(SB), 4, $0
	RET
#include "in.s"
#include "in.s"
