package p17

import "example.com/ws/chain/p16"

type T struct{ p16.T }

func N() int { return p16.N() + 1 }
