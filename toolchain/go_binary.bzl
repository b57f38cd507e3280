"""go_binary: a program."""

load(":actions.bzl", "compile_package", "link_program")
load(":go_library.bzl", "split_sources")
load(":providers.bzl", "GoArchive")

def _impl(ctx):
    toolchain = ctx.toolchains[str(Label("//toolchain:toolchain_type"))].gannet
    files = split_sources(ctx.files.srcs)
    importpath = ctx.attr.importpath or ctx.label.package + "/" + ctx.label.name
    archive = compile_package(
        ctx,
        toolchain,
        importpath = importpath,
        srcs = files.go,
        asm_srcs = files.asm,
        asm_hdrs = files.headers,
        deps = [d[GoArchive] for d in ctx.attr.deps],
        embedsrcs = ctx.files.embedsrcs,
        gc_goopts = ctx.attr.gc_goopts,
        main = True,
    )
    program = ctx.actions.declare_file(ctx.label.name)
    link_program(
        ctx,
        toolchain,
        archive,
        program,
        modinfo = [
            "path\t" + importpath,
            "build\t-buildmode=exe",
            "build\t-compiler=gc",
            "build\t-trimpath=true",
            "build\tCGO_ENABLED=0",
            "build\tGOARCH=" + toolchain.goarch,
            "build\tGOOS=" + toolchain.goos,
            "build\tGOAMD64=v1",
        ],
        gc_linkopts = ctx.attr.gc_linkopts,
        x_defs = ctx.attr.x_defs,
    )
    return [DefaultInfo(
        executable = program,
        files = depset([program]),
        runfiles = ctx.runfiles(files = ctx.files.data),
    )]

go_binary = rule(
    _impl,
    doc = "Compiles package main and links it with all that it depends on.",
    executable = True,
    attrs = {
        "srcs": attr.label_list(allow_files = [".go", ".s", ".h"], doc = "files of package main"),
        "deps": attr.label_list(providers = [GoArchive], doc = "packages that it imports"),
        "embedsrcs": attr.label_list(allow_files = True, doc = "files that go:embed names"),
        "data": attr.label_list(allow_files = True, doc = "files that it needs when it runs"),
        "importpath": attr.string(doc = "its path; by default that of the label"),
        "gc_goopts": attr.string_list(doc = "further compiler flags"),
        "gc_linkopts": attr.string_list(doc = "further linker flags"),
        "x_defs": attr.string_dict(doc = "string variables to set"),
    },
    toolchains = [str(Label("//toolchain:toolchain_type"))],
)
