"""The rule by which the library's own packages are built: it names the tools directly, for the toolchain that other
rules ask for holds package runtime, which is built with this one."""

load(":actions.bzl", "compile_package")
load(":providers.bzl", "GannetToolchain", "GoArchive")

def _impl(ctx):
    archive = compile_package(
        ctx,
        ctx.attr._tools[GannetToolchain],
        importpath = ctx.attr.importpath or ctx.label.name,
        srcs = ctx.files.srcs,
        asm_srcs = ctx.files.asm_srcs,
        asm_hdrs = ctx.files.asm_hdrs,
        deps = [d[GoArchive] for d in ctx.attr.deps],
        importmap = ctx.attr.importmap,
        embedsrcs = ctx.files.embedsrcs,
        lang = ctx.attr.lang,
        std = True,
        runtime_mode = ctx.attr.runtime_mode,
        complete = ctx.attr.complete,
    )
    return [archive, DefaultInfo(files = depset(archive.objects + [archive.export_file]))]

std_package = rule(
    _impl,
    doc = "A package of Go's library.",
    attrs = {
        "importpath": attr.string(doc = "import path, if it is not the name"),
        "srcs": attr.label_list(allow_files = [".go"], doc = "Go files of the target"),
        "asm_srcs": attr.label_list(allow_files = [".s"], doc = "assembly files of the target"),
        "asm_hdrs": attr.label_list(allow_files = [".h"], doc = "headers of those"),
        "deps": attr.label_list(providers = [GoArchive], doc = "imported packages"),
        "importmap": attr.string_dict(doc = "import path as written -> vendored path"),
        "embedsrcs": attr.label_list(allow_files = True, doc = "files that go:embed names"),
        "lang": attr.string(default = "go1.26", doc = "language version"),
        "runtime_mode": attr.bool(doc = "compiled as part of the runtime"),
        "complete": attr.bool(default = True, doc = "every function has a body"),
        "_tools": attr.label(default = Label("//toolchain:tools_linux_amd64")),
    },
)
