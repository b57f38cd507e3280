package p
func f( { if x = 1 { } else }
for ; ; { } type A [n * m, ]
 func (a, b) (