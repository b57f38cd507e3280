package bad

import (
	_ "example.com/ws/chain/p19"
	_ "example.com/ws/lib/set"
	_ "github.com/pkg/errors"
)
