module gannet.dev/benchmarks

go 1.26
