package p18

import "example.com/ws/chain/p17"

type T struct{ p17.T }

func N() int { return p17.N() + 1 }
