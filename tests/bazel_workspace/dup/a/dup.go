package dup

const Which = "a"

var Loaded = "a"
