package p15

import "example.com/ws/chain/p14"

type T struct{ p14.T }

func N() int { return p14.N() + 1 }
