package p14

import "example.com/ws/chain/p13"

type T struct{ p13.T }

func N() int { return p13.N() + 1 }
