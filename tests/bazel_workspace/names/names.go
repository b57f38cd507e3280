package names

// Got is set when a program is linked.
var Got = "nothing"
