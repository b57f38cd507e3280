set displaced-stepping off
set pagination off
set confirm off
set width 0
break main.use
run
up
print x
info locals
continue
up
print x
info locals
continue
up
print x
info locals
continue
up
print x
info locals
continue
up
print x
info locals
continue
up
print x
info locals
