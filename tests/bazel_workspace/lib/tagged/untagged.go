//go:build !special

package tagged

const Special = false
