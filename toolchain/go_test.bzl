"""go_test: a package's tests as a program.

Three packages are compiled: the package with its own test files (internal), the files of package x_test (external), and a main
package that lists the tests. What the external tests use may itself depend on the package under test: then it is compiled
again, against the internal one, so that the program holds the package once."""

load(":archive.bzl", "PATHS_MAY_CHANGE", "changed_info", "compile_package", "expanded", "go_toolchain", "instrumented_files", "implicit_std_attrs", "merge_sources", "own_x_defs", "source_attrs")
load(":compat.bzl", "RULE_COMPAT")
load(":go_binary.bzl", "PROGRAM_ATTRS")
load(":link.bzl", "link_program")
load(":providers.bzl", "GoArchive", "GoInfo")
load(":toolchain.bzl", "TOOLCHAIN_TYPE")
load(":transition.bzl", "TRANSITION_ATTRS", "go_transition")

_MANY = 1 << 30  # Starlark has no while

def _users(deps, path):
    """The archives at or below `deps` that depend on package `path`, dependencies first."""
    state = {}  # path -> whether it depends on it, once known
    order = []
    pending = [(d, False) for d in deps]
    for _ in range(_MANY):
        if not pending:
            break
        archive, seen = pending.pop()
        if archive.importmap in state and not seen:
            continue
        if not seen:
            state[archive.importmap] = archive.importmap == path
            if archive.importmap != path:
                pending.append((archive, True))
                pending.extend([(d, False) for d in archive.direct if d.importmap not in state])
        elif [d for d in archive.direct if state.get(d.importmap)]:
            state[archive.importmap] = True
            order.append(archive)
    return order

def _uses(archive, path):
    """Whether the archive is of package `path` or depends on it."""
    return path in [e.path for e in archive.exports.to_list()]

def _recompiled(ctx, internal, deps):
    """`deps` with the internal archive in the place of the package under test, in what they depend on, too."""
    new = {internal.importmap: internal}
    for archive in _users([d for d in deps if _uses(d, internal.importmap)], internal.importmap):
        source = changed_info(archive.source, deps = [new.get(d.importmap, d) for d in archive.direct])
        new[archive.importmap] = compile_package(
            ctx,
            source,
            part = "_recompiled",
            prefix = "/" + archive.importmap,
        )
    return [new.get(d.importmap, d) for d in deps if d.importmap != internal.importmap]

def _impl(ctx):
    toolchain = go_toolchain(ctx)
    info = merge_sources(ctx, importpath_default = ctx.label.package or ctx.label.name)
    info = changed_info(info, is_main = False)
    support = ctx.attr._support[GoArchive]
    start = ctx.attr._start[GoArchive]

    # What depends on the package under test can be for the external tests only.
    internal_deps = [d for d in info.deps if not _uses(d, info.importmap)]
    internal = compile_package(ctx, changed_info(info, deps = internal_deps), part = "_internal", testfilter = "exclude", extra_import = start)
    external = compile_package(
        ctx,
        changed_info(
            info,
            importpath = info.importpath + "_test",
            importmap = info.importmap + "_test",
            deps = [internal] + _recompiled(ctx, internal, info.deps),
            embedsrcs = info.embedsrcs,
            x_defs = own_x_defs(ctx, info.importmap + "_test"),
        ),
        part = "_external",
        testfilter = "only",
        extra_import = start,
    )

    main_source = ctx.actions.declare_file(ctx.label.name + "_/testmain.go")
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add("-command=testmain")
    args.add(main_source, format = "-o=%s")
    args.add(info.importpath, format = "-importpath=%s")
    args.add(toolchain.goos, format = "-goos=%s")
    args.add(toolchain.goarch, format = "-goarch=%s")
    args.add(info.mode.goamd64, format = "-goamd64=%s")
    args.add_all(info.mode.tags, format_each = "-tag=%s")
    if info.cgo:
        args.add("-cgo=off")
    args.add(support.importpath, format = "-support=%s")
    args.add_all(info.srcs, map_each = _file_words, format_each = "-src=%s")
    ctx.actions.run(
        executable = toolchain.builder,
        arguments = [args],
        inputs = info.srcs,
        outputs = [main_source],
        mnemonic = "GannetTestMain",
        execution_requirements = PATHS_MAY_CHANGE,
        progress_message = "Listing tests of Go package %s" % info.importpath,
    )

    # Tests of another repository start in that one's part of the runfiles.
    repository = ctx.label.workspace_root.split("/")[-1]
    rundir = ("../" + repository + "/" if repository else "") + (ctx.attr.rundir or ctx.label.package or ".")
    main = compile_package(
        ctx,
        changed_info(
            info,
            importpath = info.importpath + ".test",
            is_main = True,
            srcs = [main_source],
            cgo = False,
            embedsrcs = [],
            cover = [],
            deps = [internal, external] + ([] if support.importmap == internal.importmap else [support]) + [d[GoArchive] for d in ctx.attr._testing],
            x_defs = {start.importmap + ".runDir": rundir},
            gc_goopts = [],
        ),
        part = "_main",
    )
    program = ctx.actions.declare_file(ctx.label.name + "_/" + ctx.label.name)
    link_program(
        ctx,
        main,
        program,
        path = info.importpath + ".test",
        gc_linkopts = [expanded(ctx, "gc_linkopts", o) for o in ctx.attr.gc_linkopts],
        runtime_defaults = ctx.attr.runtime_defaults,
    )
    env = {"GO_TEST_RUN_FROM_BAZEL": "1"}  # as rules_go's tests have it, for tests that ask
    env.update({k: ctx.expand_location(v, ctx.attr.data) for k, v in ctx.attr.env.items()})
    inherited = {"inherited_environment": ctx.attr.env_inherit} if ctx.attr.env_inherit else {}  # Bazel 4 does not know it
    return [
        info,
        main,
        DefaultInfo(executable = program, files = depset([program]), runfiles = main.runfiles.merge(info.runfiles)),
        OutputGroupInfo(
            compilation_outputs = depset(internal.objects),
            internal_archive = depset(internal.objects),
            testmain = depset([main_source]),
        ),
        instrumented_files(ctx),
        testing.TestEnvironment(env, **inherited),
    ]

def _file_words(file):
    return "%s\t%s" % (file.path, file.short_path)

def test_rule(implicit_std):
    """Makes a go_test rule.

    Args:
      implicit_std: whether the tests may import all of Go's library without naming it.

    Returns:
      the rule.
    """
    needed = ["@go_std//:os", "@go_std//:reflect", "@go_std//:testing", "@go_std//:testing/internal/testdeps"]  # by testmain.go
    return rule(
        _impl,
        doc = "Compiles a package with its tests and runs them.",
        test = True,
        attrs = dict(
            dict(source_attrs(), **implicit_std_attrs(implicit_std)),
            rundir = attr.string(doc = "folder in which the tests run, below the runfiles; by default that of the package"),
            env = attr.string_dict(doc = "environment variables of the run"),
            env_inherit = attr.string_list(doc = "environment variables that are taken over (Bazel 5 and later)"),
            basename = attr.string(doc = "ignored"),
            _lcov_merger = attr.label(
                default = Label("//toolchain/testing:merge_lcov.sh"),
                executable = True,
                allow_single_file = True,
                cfg = "target",
            ),
            _support = attr.label(default = Label("//toolchain/testing/testrun"), providers = [GoArchive]),
            _start = attr.label(default = Label("//toolchain/testing/teststart"), providers = [GoArchive]),
            _testing = attr.label_list(default = [Label(t) for t in needed], providers = [GoArchive]),
            **dict(TRANSITION_ATTRS, **PROGRAM_ATTRS)
        ),
        toolchains = [TOOLCHAIN_TYPE],
        cfg = go_transition,
        **RULE_COMPAT
    )
