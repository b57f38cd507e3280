package withcgo

// #include "native.h"
import "C"

func answer() int { return int(C.answer()) }
