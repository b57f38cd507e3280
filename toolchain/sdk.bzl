"""gannet_sdk: an installed or packed SDK (tools/install.sh) as the tools of a build, so that nothing of Gannet is compiled.

Registered before the tools from source (`register_toolchains("@NAME//:tools")`, or --extra_toolchains), it takes their place."""

_BUILD = """load({defs}, "gannet_tools")

package(default_visibility = ["//visibility:public"])

gannet_tools(
    name = "linux_amd64",
    assembler = "pkg/tool/linux_amd64/asm",
    builder = "pkg/tool/linux_amd64/builder",
    compiler = "pkg/tool/linux_amd64/compile",
    core = "pkg/runtime/core.a",
    goarch = "amd64",
    goos = "linux",
    headers = ":headers",
    linker = "pkg/tool/linux_amd64/link",
    preprofile = "pkg/tool/linux_amd64/preprofile",
    version = {version},
)

filegroup(
    name = "headers",
    srcs = glob(["pkg/include/*.h"]),
)

toolchain(
    name = "tools",
    exec_compatible_with = ["@platforms//os:linux", "@platforms//cpu:x86_64"],
    target_compatible_with = ["@platforms//os:linux", "@platforms//cpu:x86_64"],
    toolchain = ":linux_amd64",
    toolchain_type = {tools_type},
)
"""

def _from_outside(label):
    return ("@" if str(label).startswith("//") else "") + str(label)

def _impl(rctx):
    path = rctx.attr.path or rctx.os.environ.get("GANNET_SDK", "")
    if rctx.attr.urls:
        rctx.download_and_extract(rctx.attr.urls, sha256 = rctx.attr.sha256, stripPrefix = rctx.attr.strip_prefix)
    elif path.endswith(".tar.gz") or path.endswith(".zip"):
        rctx.extract(path, stripPrefix = rctx.attr.strip_prefix)
    elif not path and rctx.attr.optional:
        rctx.file("WORKSPACE", "workspace(name = %r)\n" % rctx.name, executable = False)
        rctx.file("BUILD.bazel", "# No SDK is named: the tools are built from source.\n", executable = False)
        return
    elif path:
        for part in ["pkg", "VERSION"]:
            if not rctx.path(path + "/" + part).exists:
                fail("%s is no Gannet SDK: it has no %s" % (path, part))
            rctx.symlink(path + "/" + part, part)
    else:
        fail("gannet_sdk: give path or urls, or set GANNET_SDK to the folder of an SDK (tools/install.sh --prefix) or an archive of one")
    rctx.file("WORKSPACE", "workspace(name = %r)\n" % rctx.name, executable = False)
    rctx.file("BUILD.bazel", _BUILD.format(
        defs = repr(_from_outside(Label("//toolchain:defs.bzl"))),
        tools_type = repr(_from_outside(Label("//toolchain:tools_type"))),
        version = repr(rctx.read("VERSION").split("\n")[0].strip() + "-gannet"),
    ), executable = False)

gannet_sdk = repository_rule(
    _impl,
    doc = "Adopts an SDK: a folder, an archive, or an archive to download.",
    environ = ["GANNET_SDK"],
    attrs = {
        "path": attr.string(doc = "folder of the SDK, or an archive of it (.tar.gz, .zip); by default $GANNET_SDK"),
        "urls": attr.string_list(doc = "where an archive of one is"),
        "sha256": attr.string(doc = "its checksum"),
        "strip_prefix": attr.string(doc = "its top folder"),
        "optional": attr.bool(doc = "whether the repository is empty, rather than refused, if no SDK is named"),
    },
)
