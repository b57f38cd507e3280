package p03

import "example.com/ws/chain/p02"

type T struct{ p02.T }

func N() int { return p02.N() + 1 }
