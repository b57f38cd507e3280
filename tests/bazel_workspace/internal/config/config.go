// Package config holds what a program is linked with.
package config

var (
	Region  = "none"
	Version = "none"
)
