package p07

import "example.com/ws/chain/p06"

type T struct{ p06.T }

func N() int { return p06.N() + 1 }
