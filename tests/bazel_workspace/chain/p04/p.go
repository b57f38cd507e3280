package p04

import "example.com/ws/chain/p03"

type T struct{ p03.T }

func N() int { return p03.N() + 1 }
