package p16

import "example.com/ws/chain/p15"

type T struct{ p15.T }

func N() int { return p15.N() + 1 }
