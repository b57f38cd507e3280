// Package gen has a generated file and one from a go_source.
package gen

func Last() int { return Table[len(Table)-1] + offset }
