# What differs from build to build in a goroutine trace: argument words, code offsets, addresses, the way to the sources.
s/^([^[:space:]].*)\((\.\.\.|[{}0-9a-fx?, _]*)\)$/\1(...)/
s/ \+0x[0-9a-f]+$//
s/(addr|pc|code)=0x[0-9a-f]+/\1=0x?/g
s/^(panic|runtime\.[A-Za-z]+)\(.*\)$/\1(...)/
s|^\t.*/examples/|\texamples/|
s#^\t.*/runtime/[a-z_0-9]+\.(go|s):[0-9]+$#\truntime#
