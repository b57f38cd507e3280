package p19

import "example.com/ws/chain/p18"

type T struct{ p18.T }

func N() int { return p18.N() + 1 }
