"""The rules by which Go's library is built: a package of it, and all of it together. They ask for the tools alone, for the
toolchain that other rules ask for holds package runtime, which is built with these."""

load(":compat.bzl", "RULE_COMPAT")
load(":config.bzl", "GoConfig")
load(":link.bzl", "link_objects")
load(":providers.bzl", "GoArchive", "GoStd", "GoStdSource")
load(":recompile.bzl", "std_of")
load(":std_actions.bzl", "compile_std_package")
load(":toolchain.bzl", "TOOLCHAIN_TYPE", "TOOLS_TYPE")
load(":transition.bzl", "ALLOWLIST", "undo_go_transition")

def _impl(ctx):
    archive = compile_std_package(
        ctx,
        ctx.toolchains[TOOLS_TYPE].gannet,
        GoStdSource(
            label = ctx.label,
            importpath = ctx.attr.importpath or ctx.label.name,
            srcs = ctx.files.srcs,
            asm_srcs = ctx.files.asm_srcs,
            asm_hdrs = ctx.files.asm_hdrs,
            deps = [d[GoArchive] for d in ctx.attr.deps],
            importmap = ctx.attr.importmap,
            embedsrcs = ctx.files.embedsrcs,
            lang = ctx.attr.lang,
            complete = ctx.attr.complete,
        ),
        goamd64 = ctx.attr._config[GoConfig].goamd64,
        profile = ctx.attr._config[GoConfig].pgoprofile,
    )
    return [archive, DefaultInfo(files = depset(archive.objects + [archive.export_file]))]

std_package = rule(
    _impl,
    doc = "A package of Go's library.",
    attrs = dict({
        "importpath": attr.string(doc = "import path, if it is not the name"),
        "srcs": attr.label_list(allow_files = [".go"], doc = "Go files of the target"),
        "asm_srcs": attr.label_list(allow_files = [".s"], doc = "assembly files of the target"),
        "asm_hdrs": attr.label_list(allow_files = [".h"], doc = "headers of those"),
        "deps": attr.label_list(providers = [GoArchive], doc = "imported packages"),
        "importmap": attr.string_dict(doc = "import path as written -> vendored path"),
        "embedsrcs": attr.label_list(allow_files = True, doc = "files that go:embed names"),
        "lang": attr.string(default = "go1.26", doc = "language version"),
        "complete": attr.bool(default = True, doc = "every function has a body"),
        "_config": attr.label(default = Label("//go/config"), providers = [GoConfig]),
    }, **ALLOWLIST),
    cfg = undo_go_transition,
    toolchains = [TOOLS_TYPE],
    **RULE_COMPAT
)

def _program_impl(ctx):
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE].gannet
    main = ctx.attr.main[GoArchive]
    program = ctx.actions.declare_file(ctx.label.name + "_/" + ctx.label.name.split("/")[-1])
    link_objects(
        ctx,
        toolchain,
        depset(transitive = [toolchain.runtime.archives, main.archives], order = "postorder"),
        main.objects[0],
        program,
        info = ["path\t" + ctx.label.name],
        flags = ["-s", "-w"],
    )
    return [DefaultInfo(executable = program, files = depset([program]))]

std_program = rule(
    _program_impl,
    doc = "A program of Go's own, which rules use as a tool.",
    executable = True,
    attrs = dict({"main": attr.label(mandatory = True, providers = [GoArchive], doc = "its main package")}, **ALLOWLIST),
    cfg = undo_go_transition,
    toolchains = [TOOLCHAIN_TYPE],
    **RULE_COMPAT
)

def _set_impl(ctx):
    archives = [d[GoArchive] for d in ctx.attr.deps]
    return [
        std_of(archives),
        DefaultInfo(files = depset([a.export_file for a in archives])),
    ]

std_set = rule(
    _set_impl,
    doc = "The library as a whole: what a package may import without saying so in its deps.",
    attrs = {"deps": attr.label_list(providers = [GoArchive], doc = "its packages")},
)
