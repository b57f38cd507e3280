package p05

import "example.com/ws/chain/p04"

type T struct{ p04.T }

func N() int { return p04.N() + 1 }
