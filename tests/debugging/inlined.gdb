set displaced-stepping off
set pagination off
set confirm off
set width 0
tbreak main.work
run
info args
tbreak main.twice
continue
info args
info locals
tbreak main.use
continue
bt
up
info args
info locals
up
info args
info locals
tbreak main.use
continue
up
info locals
tbreak inlined.go:20
continue
bt
info args
info locals
up
info locals
