//go:build !amd64.v2

package main

const level = "v1"
