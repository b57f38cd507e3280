package dup

const Which = "b"

var Loaded = "b"
