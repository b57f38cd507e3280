module gannet.dev/examples

go 1.26
