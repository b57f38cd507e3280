"""rules_go's rules for protocol buffers, refused when they are built."""

load("//toolchain:refused.bzl", _go_grpc_library = "go_grpc_library", _go_proto_library = "go_proto_library")

go_proto_library = _go_proto_library
go_grpc_library = _go_grpc_library
