// Package assets embeds files.
package assets

import "embed"

//go:embed static
var Static embed.FS

//go:embed all:static
var All embed.FS

//go:embed version.txt
var Version string

//go:embed m*.txt
var made embed.FS
