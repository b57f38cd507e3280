"""The toolchain type's implementation: tools of the execution platform, runtime of the target."""

load(":providers.bzl", "GannetToolchain", "GoArchive")

# The tools are built from source for the target's own platform, which is the only one there is: an exec transition would
# build all of them, LLVM-linked, a second time under another output path.
_TOOL = dict(mandatory = True, executable = True, cfg = "target")

def _tools_impl(ctx):
    return [GannetToolchain(
        goos = ctx.attr.goos,
        goarch = ctx.attr.goarch,
        compiler = ctx.attr.compiler[DefaultInfo].files_to_run,
        assembler = ctx.attr.assembler[DefaultInfo].files_to_run,
        linker = ctx.attr.linker[DefaultInfo].files_to_run,
        core = [f for f in ctx.files.core if f.extension == "a" and not f.basename.endswith(".pic.a")],
        headers = ctx.files.headers,
        runtime = None,
        version = ctx.attr.version,
    )]

gannet_tools = rule(
    _tools_impl,
    doc = "The tools and the C++ runtime for one target, as the library itself is built with them.",
    attrs = {
        "goos": attr.string(mandatory = True, doc = "target system"),
        "goarch": attr.string(mandatory = True, doc = "target architecture"),
        "version": attr.string(mandatory = True, doc = "what runtime.Version() says"),
        "compiler": attr.label(doc = "gannet's compile", **_TOOL),
        "assembler": attr.label(doc = "gannet's asm", **_TOOL),
        "linker": attr.label(doc = "gannet's link", **_TOOL),
        "core": attr.label(mandatory = True, doc = "archive of the C++ runtime"),
        "headers": attr.label(mandatory = True, doc = "headers for Go assembly"),
    },
)

def _impl(ctx):
    tools = ctx.attr.tools[GannetToolchain]
    return [platform_common.ToolchainInfo(gannet = GannetToolchain(
        goos = tools.goos,
        goarch = tools.goarch,
        compiler = tools.compiler,
        assembler = tools.assembler,
        linker = tools.linker,
        core = tools.core,
        headers = tools.headers,
        runtime = ctx.attr.runtime[GoArchive],
        version = tools.version,
    ))]

gannet_toolchain = rule(
    _impl,
    doc = "What Go rules ask for: the tools, with package runtime of the target.",
    attrs = {
        "tools": attr.label(mandatory = True, providers = [GannetToolchain], doc = "a gannet_tools"),
        "runtime": attr.label(mandatory = True, providers = [GoArchive], doc = "package runtime"),
    },
)
