"""The Go rules by rules_go's names: load("@io_bazel_rules_go//go:def.bzl", ...) with that repository name mapped to Gannet."""

load("//toolchain:go_binary.bzl", "binary_rule")
load("//toolchain:go_cross_binary.bzl", _go_cross_binary = "go_cross_binary")
load("//toolchain:go_library.bzl", "library_rule", _go_source = "go_source")
load("//toolchain:go_path.bzl", _GoPath = "GoPath", _go_path = "go_path")
load("//toolchain:go_reset_target.bzl", _go_reset_target = "go_reset_target")
load("//toolchain:go_test.bzl", "test_rule")
load("//toolchain:providers.bzl", _GoArchive = "GoArchive", _GoArchiveData = "GoArchiveData", _GoInfo = "GoInfo", _GoSDK = "GoSDK")
load(
    "//toolchain:refused.bzl",
    _go_context = "go_context",
    _go_embed_data = "go_embed_data",
    _go_rule = "go_rule",
    _go_sdk = "go_sdk",
    _go_toolchain = "go_toolchain",
    _go_vet_test = "go_vet_test",
    _new_go_info = "new_go_info",
    _nogo = "nogo",
)

go_binary = binary_rule(implicit_std = True)
go_library = library_rule(implicit_std = True)
go_test = test_rule(implicit_std = True)
go_source = _go_source
go_path = _go_path
go_cross_binary = _go_cross_binary
go_reset_target = _go_reset_target

# For the analyzers of nogo, which rules_go compiles apart from other packages.
go_tool_library = go_library

# There to be loaded; what builds them or calls them is refused.
nogo = _nogo
go_context = _go_context
go_embed_data = _go_embed_data
go_rule = _go_rule
go_sdk = _go_sdk
go_toolchain = _go_toolchain
go_vet_test = _go_vet_test
new_go_info = _new_go_info

GoArchive = _GoArchive
GoArchiveData = _GoArchiveData
GoInfo = _GoInfo
GoPath = _GoPath
GoSDK = _GoSDK

# As rules_go has it since its version 0.51: one provider under three names.
GoLibrary = _GoInfo
GoSource = _GoInfo

# Analyzers for nogo, of which there are none.
TOOLS_NOGO = []

# The version of rules_go whose rules these are like, for BUILD files that ask.
RULES_GO_VERSION = "0.60.0"
