package asm

func Secret() int
