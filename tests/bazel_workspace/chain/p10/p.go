package p10

import "example.com/ws/chain/p09"

type T struct{ p09.T }

func N() int { return p09.N() + 1 }
