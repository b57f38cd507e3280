package p09

import "example.com/ws/chain/p08"

type T struct{ p08.T }

func N() int { return p08.N() + 1 }
