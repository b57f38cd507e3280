package p08

import "example.com/ws/chain/p07"

type T struct{ p07.T }

func N() int { return p07.N() + 1 }
