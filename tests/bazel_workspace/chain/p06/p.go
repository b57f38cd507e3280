package p06

import "example.com/ws/chain/p05"

type T struct{ p05.T }

func N() int { return p05.N() + 1 }
