package p12

import "example.com/ws/chain/p11"

type T struct{ p11.T }

func N() int { return p11.N() + 1 }
