"""The Go rules by rules_go's names: load("@io_bazel_rules_go//go:def.bzl", ...) with that repository name mapped to Gannet."""

load("//toolchain:go_binary.bzl", "binary_rule")
load("//toolchain:go_cross_binary.bzl", _go_cross_binary = "go_cross_binary")
load("//toolchain:go_library.bzl", "library_rule", _go_source = "go_source")
load("//toolchain:go_path.bzl", _GoPath = "GoPath", _go_path = "go_path")
load("//toolchain:go_test.bzl", "test_rule")
load("//toolchain:providers.bzl", _GoArchive = "GoArchive", _GoInfo = "GoInfo")
load("//toolchain:refused.bzl", _go_context = "go_context", _nogo = "nogo")

go_binary = binary_rule(implicit_std = True)
go_library = library_rule(implicit_std = True)
go_test = test_rule(implicit_std = True)
go_source = _go_source
go_path = _go_path
go_cross_binary = _go_cross_binary
nogo = _nogo
go_context = _go_context

GoArchive = _GoArchive
GoInfo = _GoInfo
GoPath = _GoPath

# As rules_go has it since its version 0.51: one provider under three names.
GoLibrary = _GoInfo
GoSource = _GoInfo

# Analyzers for nogo, of which there are none.
TOOLS_NOGO = []

# The version of rules_go whose rules these are like, for BUILD files that ask.
RULES_GO_VERSION = "0.60.0"
