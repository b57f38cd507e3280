"""Two toolchain types. `tools_type` gives the tools and the C++ runtime: Go's library is built with those. `toolchain_type` is
what the Go rules ask for: the same with package runtime, which is itself built by the tools. A user who wants another SDK
registers tools for the first type; the second follows."""

load(":compat.bzl", "RULE_COMPAT")
load(":providers.bzl", "GannetToolchain", "GoArchive")
load(":transition.bzl", "ALLOWLIST", "undo_go_transition")

TOOLS_TYPE = str(Label("//toolchain:tools_type"))
TOOLCHAIN_TYPE = str(Label("//toolchain:toolchain_type"))

# The tools are built from source for the target's own platform, which is the only one there is: an exec transition would
# build all of them, LLVM-linked, a second time under another output path.
_TOOL = dict(mandatory = True, executable = True, cfg = "target", allow_files = True)

def _tools_impl(ctx):
    return [platform_common.ToolchainInfo(gannet = GannetToolchain(
        goos = ctx.attr.goos,
        goarch = ctx.attr.goarch,
        compiler = ctx.attr.compiler[DefaultInfo].files_to_run,
        assembler = ctx.attr.assembler[DefaultInfo].files_to_run,
        linker = ctx.attr.linker[DefaultInfo].files_to_run,
        builder = ctx.attr.builder[DefaultInfo].files_to_run,
        preprofile = ctx.attr.preprofile[DefaultInfo].files_to_run,
        core = [f for f in ctx.files.core if f.extension == "a" and not f.basename.endswith(".pic.a")],
        headers = ctx.files.headers,
        runtime = None,
        version = ctx.attr.version,
    ))]

gannet_tools = rule(
    _tools_impl,
    doc = "The tools and the C++ runtime for one target, built from source or prebuilt.",
    attrs = dict({
        "goos": attr.string(mandatory = True, doc = "target system"),
        "goarch": attr.string(mandatory = True, doc = "target architecture"),
        "version": attr.string(mandatory = True, doc = "what runtime.Version() says"),
        "compiler": attr.label(doc = "gannet's compile", **_TOOL),
        "assembler": attr.label(doc = "gannet's asm", **_TOOL),
        "linker": attr.label(doc = "gannet's link", **_TOOL),
        "builder": attr.label(doc = "gannet's builder", **_TOOL),
        "preprofile": attr.label(doc = "gannet's preprofile", **_TOOL),
        "core": attr.label(mandatory = True, allow_files = True, doc = "archive of the C++ runtime"),
        "headers": attr.label(mandatory = True, allow_files = True, doc = "headers for Go assembly"),
    }, **ALLOWLIST),
    cfg = undo_go_transition,
)

def _impl(ctx):
    tools = ctx.toolchains[TOOLS_TYPE].gannet
    return [platform_common.ToolchainInfo(gannet = GannetToolchain(
        goos = tools.goos,
        goarch = tools.goarch,
        compiler = tools.compiler,
        assembler = tools.assembler,
        linker = tools.linker,
        builder = tools.builder,
        preprofile = tools.preprofile,
        core = tools.core,
        headers = tools.headers,
        runtime = ctx.attr.runtime[GoArchive],
        version = tools.version,
    ))]

gannet_toolchain = rule(
    _impl,
    doc = "What Go rules ask for: the tools registered for the platform, with package runtime.",
    attrs = {
        "runtime": attr.label(mandatory = True, providers = [GoArchive], doc = "package runtime"),
    },
    toolchains = [TOOLS_TYPE],
    **RULE_COMPAT
)
