set displaced-stepping off
set pagination off
set confirm off
set width 0
tbreak main.walk
break main.fill
run
info args
continue
up
info args
info locals
continue
continue
up
print total
print i
print v
print items
delete
break main.fill if n == 3
continue
up
info args
print seen
