package self

import _ "example.com/ws/bad/self"
