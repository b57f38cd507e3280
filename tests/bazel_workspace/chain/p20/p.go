package p20

import "example.com/ws/chain/p19"

type T struct{ p19.T }

func N() int { return p19.N() + 1 }
