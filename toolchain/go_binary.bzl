"""go_binary: a program."""

load(
    ":archive.bzl",
    "compile_package",
    "expanded",
    "go_toolchain",
    "implicit_std_attrs",
    "instrumented_files",
    "library_of",
    "merge_sources",
    "source_attrs",
)
load(":compat.bzl", "RULE_COMPAT")
load(":link.bzl", "link_program")
load(":profile.bzl", "preprocessed")
load(":providers.bzl", "GoArchive", "GoInfo")
load(":recompile.bzl", "recompiled")
load(":toolchain.bzl", "TOOLCHAIN_TYPE")
load(":transition.bzl", "TRANSITION_ATTRS", "go_transition", "undo_go_transition")

def _impl(ctx):
    importpath = ctx.label.package + "/" + ctx.label.name if ctx.label.package else ctx.label.name
    info = merge_sources(ctx, importpath_default = importpath, is_main = True)
    library = library_of(ctx)
    profile = preprocessed(ctx, go_toolchain(ctx), ctx.files.pgoprofile)
    if profile:
        info, library = recompiled(ctx, info, profile)
    archive = compile_package(ctx, info, library = library, profile = profile)
    if ctx.attr.out:
        program = ctx.actions.declare_file(ctx.attr.out)
    elif ctx.attr.basename:
        program = ctx.actions.declare_file(ctx.attr.basename)
    else:
        # Gazelle names a program as its package's folder, which other targets may be below.
        program = ctx.actions.declare_file(ctx.label.name + "_/" + ctx.label.name if ctx.attr._in_folder else ctx.label.name)
    link_program(
        ctx,
        archive,
        program,
        path = info.importpath,
        gc_linkopts = [expanded(ctx, "gc_linkopts", o) for o in ctx.attr.gc_linkopts],
        runtime_defaults = ctx.attr.runtime_defaults,
        library = library,
        profile = profile,
    )
    return [
        info,
        archive,
        DefaultInfo(executable = program, files = depset([program]), runfiles = archive.runfiles),
        OutputGroupInfo(compilation_outputs = depset(archive.objects), main_archive = depset(archive.objects)),
        instrumented_files(ctx),
        # Bazel's name of it from version 5.3 on is RunEnvironmentInfo, and `bazel run` heeds it; earlier ones do not.
        testing.TestEnvironment({k: ctx.expand_location(v, ctx.attr.data) for k, v in ctx.attr.env.items()}),
    ]

PROGRAM_ATTRS = {
    "gc_linkopts": attr.string_list(doc = "further linker flags"),
    "runtime_defaults": attr.string_dict(doc = "GOGC, GOMAXPROCS, GOMEMLIMIT: what holds if the environment does not say"),
}

def binary_rule(implicit_std):
    """Makes a go_binary rule.

    Args:
      implicit_std: whether the program may import all of Go's library without naming it.

    Returns:
      the rule.
    """
    return rule(
        _impl,
        doc = "Compiles package main and links it with all that it depends on.",
        executable = True,
        attrs = dict(
            dict(source_attrs(), **implicit_std_attrs(implicit_std)),
            basename = attr.string(doc = "name of the program's file"),
            env = attr.string_dict(doc = "environment variables of `bazel run` (Bazel 5.3 and later)"),
            pgoprofile = attr.label(
                allow_files = True,
                cfg = undo_go_transition,
                doc = "CPU profile, in the form of pprof, that it is compiled with, and all that it depends on",
            ),
            out = attr.string(doc = "the same"),
            _in_folder = attr.bool(default = implicit_std),
            **dict(TRANSITION_ATTRS, **PROGRAM_ATTRS)
        ),
        provides = [GoInfo, GoArchive],
        toolchains = [TOOLCHAIN_TYPE],
        cfg = go_transition,
        **RULE_COMPAT
    )
