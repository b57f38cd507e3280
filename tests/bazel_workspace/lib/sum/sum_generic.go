//go:build !amd64

package sum

func Sum(p *Pair) int64 { return p.X + p.Y }

const inAssembly = false
