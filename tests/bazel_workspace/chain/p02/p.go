package p02

import "example.com/ws/chain/p01"

type T struct{ p01.T }

func N() int { return p01.N() + 1 }
