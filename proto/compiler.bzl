"""rules_go's rule for compilers of protocol buffers, refused when it is built."""

load("//toolchain:refused.bzl", _go_proto_compiler = "go_proto_compiler")

go_proto_compiler = _go_proto_compiler
