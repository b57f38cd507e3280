"""What make_sdk.sh needs: the arguments after the folder, and the data."""

_TOOLS = [
    "//toolchain/command:gannet",
    "//compiler/driver:compile",
    "//compiler/asm",
    "//link",
    "//runtime/core:archive",
]

_SOURCES = [
    "//compiler/profile:preprofile",
    "//runtime/go:sources",
    "//runtime/go/include",
    "//toolchain:list_format/main.go",
]

SDK_ARGS = ["$(location @go_std//:VERSION)"] + ["$(location %s)" % t for t in _TOOLS] + ["$(locations %s)" % s for s in _SOURCES]
SDK_DATA = ["@go_std//:VERSION", "//tests/sdk:make_sdk.sh"] + _TOOLS + _SOURCES
