package p13

import "example.com/ws/chain/p12"

type T struct{ p12.T }

func N() int { return p12.N() + 1 }
