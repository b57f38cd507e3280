"""The rules by which Go's library is built: a package of it, and all of it together. They ask for the tools alone, for the
toolchain that other rules ask for holds package runtime, which is built with these."""

load(":compat.bzl", "RULE_COMPAT")
load(":providers.bzl", "GoArchive", "GoStd")
load(":std_actions.bzl", "compile_std_package")
load(":toolchain.bzl", "TOOLS_TYPE")

def _impl(ctx):
    archive = compile_std_package(
        ctx,
        ctx.toolchains[TOOLS_TYPE].gannet,
        importpath = ctx.attr.importpath or ctx.label.name,
        srcs = ctx.files.srcs,
        asm_srcs = ctx.files.asm_srcs,
        asm_hdrs = ctx.files.asm_hdrs,
        deps = [d[GoArchive] for d in ctx.attr.deps],
        importmap = ctx.attr.importmap,
        embedsrcs = ctx.files.embedsrcs,
        lang = ctx.attr.lang,
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
    },
    toolchains = [TOOLS_TYPE],
    **RULE_COMPAT
)

def _set_impl(ctx):
    archives = [d[GoArchive] for d in ctx.attr.deps]
    exports = depset(transitive = [a.exports for a in archives])
    return [
        GoStd(
            exports = exports,
            export_files = depset(transitive = [a.export_files for a in archives]),
            archives = depset(transitive = [a.archives for a in archives], order = "postorder"),
        ),
        DefaultInfo(files = depset([a.export_file for a in archives])),
    ]

std_set = rule(
    _set_impl,
    doc = "The library as a whole: what a package may import without saying so in its deps.",
    attrs = {"deps": attr.label_list(providers = [GoArchive], doc = "its packages")},
)
