// Copyright 2026 The Gannet Authors.

//go:build !faketime

package runtime

// fakeTime is 0: the program lives in real time.
var fakeTime int64
