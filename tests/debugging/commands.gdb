set displaced-stepping off
set pagination off
set confirm off
set width 0
set print symbol off
break main.go:68
run
info args
info locals
print items.array[1]
print *p
print *pointer
print local.Name
print *list
print *pipe
print 'main.counter'
print 'main.GlobalName'
print 'main.origin'
print 'main.table'
print 'main.Limit'
print 'main.Low'
print 'main.Least'
print 'main.Most'
print 'main.Mark'
whatis 'main.Low'
whatis temperature
whatis list
whatis wave
whatis ages
whatis pipe
whatis add
whatis items
whatis shape
whatis 'main.Err'
ptype local
backtrace
