package platform

import _ "not/there"

const Name = "windows"
