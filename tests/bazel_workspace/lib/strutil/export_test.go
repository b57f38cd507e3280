package strutil

// Calls is there for the external tests only.
func Calls() int { return calls }
