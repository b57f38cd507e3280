"""The Go rules in which a package names all that it imports, packages of Go's library included (@go_std//:fmt): Bazel builds no
more of the library than is used. //go:def.bzl has the same rules as rules_go has them, with the library at hand."""

load(":go_binary.bzl", "binary_rule")
load(":go_library.bzl", "library_rule", _go_source = "go_source")
load(":go_test.bzl", "test_rule")
load(":providers.bzl", _GoArchive = "GoArchive", _GoInfo = "GoInfo")
load(":toolchain.bzl", _gannet_toolchain = "gannet_toolchain", _gannet_tools = "gannet_tools")

go_binary = binary_rule(implicit_std = False)
go_library = library_rule(implicit_std = False)
go_test = test_rule(implicit_std = False)
go_source = _go_source
gannet_toolchain = _gannet_toolchain
gannet_tools = _gannet_tools
GoArchive = _GoArchive
GoInfo = _GoInfo
