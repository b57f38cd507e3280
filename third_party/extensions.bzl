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

_SDK = tag_class(
    doc = "Which SDK; without it the one that $GANNET_SDK names.",
    attrs = {
        "path": attr.string(doc = "folder of the SDK, or an archive of it"),
        "urls": attr.string_list(doc = "where an archive of one is"),
        "sha256": attr.string(doc = "its checksum"),
        "strip_prefix": attr.string(doc = "its top folder"),
    },
)

def _sdk_impl(mctx):
    chosen = [tag for module in mctx.modules if module.is_root for tag in module.tags.use]
    if len(chosen) > 1:
        fail("sdk.use is there %d times; there is one SDK" % len(chosen))
    for tag in chosen:
        gannet_sdk(
            name = "gannet_sdk",
            path = tag.path,
            urls = tag.urls,
            sha256 = tag.sha256,
            strip_prefix = tag.strip_prefix,
        )
    if not chosen:
        gannet_sdk(name = "gannet_sdk")

sdk = module_extension(implementation = _sdk_impl, tag_classes = {"use": _SDK})
