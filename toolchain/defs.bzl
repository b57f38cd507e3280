"""The Go rules."""

load(":go_binary.bzl", _go_binary = "go_binary")
load(":go_library.bzl", _go_library = "go_library")
load(":providers.bzl", _GoArchive = "GoArchive")
load(":toolchain.bzl", _gannet_toolchain = "gannet_toolchain", _gannet_tools = "gannet_tools")

go_binary = _go_binary
go_library = _go_library
gannet_toolchain = _gannet_toolchain
gannet_tools = _gannet_tools
GoArchive = _GoArchive
