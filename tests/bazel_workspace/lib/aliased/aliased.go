// Package aliased was moved: it can be imported by its old path, too.
package aliased

const Name = "aliased"
