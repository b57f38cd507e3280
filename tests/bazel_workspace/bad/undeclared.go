package undeclared

import _ "embed"

//go:embed secret.txt
var s string
