//go:build !cgo

package withcgo

func answer() int { return 2 }
