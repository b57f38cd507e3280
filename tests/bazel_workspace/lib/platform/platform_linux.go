package platform

import _ "example.com/ws/lib/set"

const Name = "linux"
