// Copyright 2026 The Gannet Authors.

//go:build faketime

package runtime

// fakeTime is the time of a program that is built for playback (build tag faketime), in nanoseconds since 1970. It begins at the
// moment that Go's playground shows, stands still while the program runs, and goes on to the next timer when all of it waits.
// The core reads and moves it (runtime/core/clock.h).
var fakeTime int64 = 1257894000000000000
