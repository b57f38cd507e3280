"""go_library: a package."""

load(":actions.bzl", "compile_package")
load(":providers.bzl", "GoArchive")

def split_sources(files):
    """Sorts files into Go, assembly and headers."""
    return struct(
        go = [f for f in files if f.extension == "go"],
        asm = [f for f in files if f.extension == "s"],
        headers = [f for f in files if f.extension == "h"],
    )

def _impl(ctx):
    files = split_sources(ctx.files.srcs)
    archive = compile_package(
        ctx,
        ctx.toolchains[str(Label("//toolchain:toolchain_type"))].gannet,
        importpath = ctx.attr.importpath,
        srcs = files.go,
        asm_srcs = files.asm,
        asm_hdrs = files.headers,
        deps = [d[GoArchive] for d in ctx.attr.deps],
        embedsrcs = ctx.files.embedsrcs,
        gc_goopts = ctx.attr.gc_goopts,
    )
    return [archive, DefaultInfo(files = depset(archive.objects + [archive.export_file]))]

go_library = rule(
    _impl,
    doc = "Compiles one Go package.",
    attrs = {
        "srcs": attr.label_list(allow_files = [".go", ".s", ".h"], doc = "files of the package"),
        "deps": attr.label_list(providers = [GoArchive], doc = "packages that it imports, those of the library included: @go_std//:fmt"),
        "embedsrcs": attr.label_list(allow_files = True, doc = "files that go:embed names"),
        "importpath": attr.string(mandatory = True, doc = "path by which others import it"),
        "gc_goopts": attr.string_list(doc = "further compiler flags"),
    },
    toolchains = [str(Label("//toolchain:toolchain_type"))],
)
