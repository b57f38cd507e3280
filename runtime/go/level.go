// Copyright 2026 The Gannet Authors.

package runtime

import "internal/cpu"

// compiledLevel is the level of the architecture (GOAMD64) that the program was built for.
func compiledLevel() int32

// checkLevel ends a program whose code uses instructions that the processor lacks, before it meets them.
// Source: "x86-64 psABI", micro-architecture levels; of each the features that package internal/cpu knows.
func checkLevel() {
	x := &cpu.X86
	has := int32(1)
	if x.HasSSE3 && x.HasSSSE3 && x.HasSSE41 && x.HasSSE42 && x.HasPOPCNT {
		has = 2
		if x.HasOSXSAVE && x.HasAVX && x.HasAVX2 && x.HasBMI1 && x.HasBMI2 && x.HasFMA {
			has = 3
			if x.HasAVX512 {
				has = 4
			}
		}
	}
	if level := compiledLevel(); has < level {
		print("This program can only be run on AMD64 processors with v", level, " microarchitecture support.\n")
		exit(1)
	}
}
