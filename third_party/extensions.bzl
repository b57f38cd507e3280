"""Module extensions: what WORKSPACE does by calling the macros. Never loaded by WORKSPACE, for Bazel 4 lacks module_extension."""

load("//toolchain:sdk.bzl", "gannet_sdk")
load(":go_std.bzl", "go_std_repository")
load(":repositories.bzl", "gannet_system_libs")

def _system_libs_impl(_mctx):
    gannet_system_libs()

system_libs = module_extension(implementation = _system_libs_impl)

def _go_std_impl(_mctx):
    go_std_repository(name = "go_std")

go_std = module_extension(implementation = _go_std_impl)

def _sdk_impl(_mctx):
    gannet_sdk(name = "gannet_sdk")

sdk = module_extension(implementation = _sdk_impl)
