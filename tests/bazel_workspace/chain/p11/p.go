package p11

import "example.com/ws/chain/p10"

type T struct{ p10.T }

func N() int { return p10.N() + 1 }
