"""Compiling the packages of users: sources are merged, and one action of the builder makes an object and an interface of them.

Which of the files belong to the build, what they import and embed is in the files, which a rule cannot read: the builder does."""

load(":config.bzl", "GoConfig")
load(":providers.bzl", "GoArchive", "GoArchiveData", "GoInfo", "GoStd")
load(":toolchain.bzl", "TOOLCHAIN_TYPE")
load(":transition.bzl", "ALLOWLIST", "undo_go_transition")
load(":worker.bzl", "WORKER", "tools_of_worker")

SOURCE_EXTENSIONS = [".go", ".s", ".S", ".h", ".inc", ".c", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".m", ".mm", ".syso"]

def source_attrs(deps_doc = "packages that it imports"):
    """The attributes of every rule that has sources."""
    return dict({
        "srcs": attr.label_list(allow_files = SOURCE_EXTENSIONS, cfg = undo_go_transition, doc = "files of the package, of all platforms"),
        "embed": attr.label_list(providers = [GoInfo], doc = "targets whose sources are taken in"),
        "deps": attr.label_list(providers = [GoArchive], doc = deps_doc),
        "embedsrcs": attr.label_list(allow_files = True, cfg = undo_go_transition, doc = "files that go:embed names"),
        "data": attr.label_list(allow_files = True, cfg = undo_go_transition, doc = "files that the code needs when it runs"),
        "importpath": attr.string(doc = "path by which others import it"),
        "importmap": attr.string(doc = "path that its symbols carry, if two packages of a program have one import path"),
        "importpath_aliases": attr.string_list(doc = "further paths by which others import it"),
        "x_defs": attr.string_dict(doc = "string variables to set when a program is linked; {NAME}: of the workspace status"),
        "gc_goopts": attr.string_list(doc = "further compiler flags"),
        # As rules_go has it in its pure mode, which is the only one here: what needs C is left out, and files for builds without it count.
        "cgo": attr.bool(doc = "whether srcs has files for cgo; they are left out"),
        "cdeps": attr.label_list(doc = "ignored"),
        "cppopts": attr.string_list(doc = "ignored"),
        "copts": attr.string_list(doc = "ignored"),
        "cxxopts": attr.string_list(doc = "ignored"),
        "clinkopts": attr.string_list(doc = "ignored"),
        "_config": attr.label(default = Label("//go/config"), providers = [GoConfig]),
        "_cover": attr.label(default = Label("@go_std//:cmd/cover"), executable = True, cfg = "target"),
        "_coverdata": attr.label(default = Label("//toolchain/testing/coverdata"), providers = [GoArchive]),
    }, **ALLOWLIST)

def implicit_std_attrs(implicit):
    """The attribute by which a rule has all of Go's library, as rules_go's rules do; none for those that name its packages."""
    return {"_std": attr.label(default = Label("@go_std//:std"), providers = [GoStd])} if implicit else {}

def go_toolchain(ctx):
    """The GannetToolchain of a rule."""
    return ctx.toolchains[TOOLCHAIN_TYPE].gannet

def shown_label(label):
    """A label as the deps of a BUILD file name it.

    Args:
      label: a Label.

    Returns:
      its text: without "@@" before the main repository, and with the last part of the long names that modules' repositories have.
    """
    repository, rest = str(label).split("//", 1)
    name = repository.lstrip("@").replace("+", "~").split("~")[-1]
    return ("@" + name if name else "") + "//" + rest

def _qualified(name, importpath):
    """The variable that an x_defs key means: of the package itself if no package is named."""
    return name if "." in name else importpath + "." + name

def own_x_defs(ctx, path):
    """The x_defs of a rule itself.

    Args:
      ctx: the rule's context.
      path: package of the variables that are named without one.

    Returns:
      dict: variable, with its package's path -> value.
    """
    return {_qualified(k, path): ctx.expand_location(v, ctx.attr.data) for k, v in ctx.attr.x_defs.items()}

def expanded(ctx, attribute, text):
    """A compiler or linker flag with the locations of `data` and Make variables in it filled in.

    Args:
      ctx: the rule's context.
      attribute: name of the attribute that has the flag, for messages.
      text: the flag.

    Returns:
      its text.
    """
    return ctx.expand_make_variables(attribute, ctx.expand_location(text, ctx.attr.data), {})

def merge_sources(ctx, importpath_default = "", is_main = False):
    """Makes the GoInfo of a rule from its own attributes and those of what it embeds.

    Args:
      ctx: the rule's context.
      importpath_default: import path if none is given.
      is_main: whether it is a program.

    Returns:
      a GoInfo.
    """
    embedded = [e[GoInfo] for e in ctx.attr.embed]
    importpath = ctx.attr.importpath
    importmap = ctx.attr.importmap
    for e in embedded:
        importpath = importpath or e.importpath
        importmap = importmap or e.importmap
    importpath = importpath or importpath_default
    importmap = importmap or importpath
    runfiles = ctx.runfiles(files = ctx.files.data)
    for target in ctx.attr.deps:
        if target[GoArchive].symbolpath == "main":
            fail("%s: %s is a program, not an importable package" % (ctx.label, shown_label(target.label)))
    for target in ctx.attr.data + ctx.attr.deps:
        runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    x_defs = {}
    srcs = []
    embedsrcs = []
    deps = []
    gc_goopts = []
    cover = []
    aliases = list(ctx.attr.importpath_aliases)
    for e in embedded:
        srcs = srcs + e.srcs
        embedsrcs = embedsrcs + e.embedsrcs
        deps = deps + e.deps
        gc_goopts = gc_goopts + e.gc_goopts
        cover = cover + e.cover
        aliases += [a for a in e.importpath_aliases if a not in aliases]
        x_defs.update(e.x_defs)
        runfiles = runfiles.merge(e.runfiles)
    x_defs.update(own_x_defs(ctx, "main" if is_main else importmap))
    unique = {}
    for d in deps + [d[GoArchive] for d in ctx.attr.deps]:
        unique.setdefault((d.importpath, d.label), d)
    return GoInfo(
        label = ctx.label,
        name = ctx.label.name,
        importpath = importpath,
        importmap = importmap,
        is_main = is_main,
        srcs = srcs + ctx.files.srcs,
        embedsrcs = embedsrcs + ctx.files.embedsrcs,
        deps = unique.values(),
        x_defs = x_defs,
        gc_goopts = gc_goopts + [expanded(ctx, "gc_goopts", o) for o in ctx.attr.gc_goopts],
        cover = cover + ([f for f in ctx.files.srcs if f.extension == "go"] if ctx.coverage_instrumented() else []),
        importpath_aliases = aliases,
        pathtype = "export" if is_main else ("explicit" if ctx.attr.importpath or embedded else "inferred"),
        cgo = ctx.attr.cgo or bool([e for e in embedded if e.cgo]),
        runfiles = runfiles,
        mode = ctx.attr._config[GoConfig],
    )

# What the builder is told of a package: the path its symbols carry, its import path, its target, its interface.
def _package_words(entry):
    return "%s\t%s\t%s\t%s" % (entry.path, entry.importpath, entry.file.path, entry.label)

def _file_words(file):
    return "%s\t%s" % (file.path, file.short_path)

def _folder(file):
    return file.dirname

# An action of the builder gets every path through the parameter file as Bazel writes it there, so that paths may be mapped
# (--experimental_output_paths=strip).
PATHS_MAY_CHANGE = {"supports-path-mapping": "1"}

def library_of(ctx):
    """What a rule's packages have of Go's library without naming it in their deps.

    Args:
      ctx: the rule's context; it has source_attrs and asks for the toolchain.

    Returns:
      struct: `runtime`, GoArchive of package runtime; `coverdata`, that of the package which counts statements; `std`, GoStd, or None.
    """
    std = getattr(ctx.attr, "_std", None)
    return struct(
        runtime = go_toolchain(ctx).runtime,
        coverdata = ctx.attr._coverdata[GoArchive],
        std = std[GoStd] if std else None,
    )

def changed_info(info, **fields):
    """A copy of a GoInfo with some fields changed.

    Args:
      info: a GoInfo.
      **fields: the fields.

    Returns:
      a GoInfo.
    """
    values = {name: getattr(info, name) for name in [
        "label",
        "name",
        "importpath",
        "importmap",
        "is_main",
        "srcs",
        "embedsrcs",
        "deps",
        "x_defs",
        "gc_goopts",
        "cover",
        "importpath_aliases",
        "pathtype",
        "cgo",
        "runfiles",
        "mode",
    ]}
    values.update(fields)
    return GoInfo(**values)

def compile_package(ctx, info, part = "", testfilter = "off", extra_import = None, prefix = "", label = None, library = None, profile = None):
    """Declares the action that compiles a package.

    Args:
      ctx: the rule's context; it has implicit_std_attrs and asks for the toolchain.
      info: a GoInfo.
      part: a suffix that tells several packages of one target apart.
      testfilter: which sources count: off (all but tests), exclude (without those of the external test package), only (just those).
      extra_import: GoArchive of a package that is imported although no file says so; it is initialized first.
      prefix: folder for the outputs, if several packages of one name are compiled.
      label: Label of the target that the package is of, if that is not the rule's.
      library: what library_of returns, if it is not the rule's.
      profile: profile to compile with (profile.bzl), if it is not that of the settings.

    Returns:
      a GoArchive.
    """
    toolchain = go_toolchain(ctx)
    mode = info.mode
    label = label or ctx.label
    library = library or library_of(ctx)
    profile = profile or mode.pgoprofile
    if not info.importpath:
        fail("%s: importpath must be given, here or in a target that is embedded" % ctx.label)
    symbolpath = "main" if info.is_main else info.importmap
    base = "%s%s%s_/" % (ctx.label.name, part, prefix)
    out = ctx.actions.declare_file(base + "pkg.o")
    export = ctx.actions.declare_file(base + "pkg.x")
    deps = info.deps + ([extra_import] if extra_import else [])
    if info.cover:
        deps = deps + [library.coverdata]
    std = library.std
    exports = depset(transitive = [d.exports for d in deps])
    std_exports = std.exports if std else depset()
    export_files = depset(transitive = [d.export_files for d in deps])

    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add("-command=compile")
    args.add(out, format = "-o=%s")
    args.add(export, format = "-export=%s")
    args.add(symbolpath, format = "-p=%s")
    args.add(info.importpath, format = "-importpath=%s")
    args.add(shown_label(label), format = "-label=%s")
    args.add(label.package, format = "-package=%s")
    args.add(testfilter, format = "-testfilter=%s")
    args.add(toolchain.goos, format = "-goos=%s")
    args.add(toolchain.goarch, format = "-goarch=%s")
    args.add(mode.goamd64, format = "-goamd64=%s")
    args.add_all(mode.tags, format_each = "-tag=%s")
    if extra_import:
        args.add(extra_import.importpath, format = "-extraimport=%s")
    args.add(toolchain.compiler.executable, format = "-compiler=%s")
    args.add(toolchain.assembler.executable, format = "-assembler=%s")
    args.add_all(toolchain.headers[:1], map_each = _folder, format_each = "-include=%s")
    args.add_all((["-N", "-l"] if mode.debug else []) + list(mode.gc_goopts) + info.gc_goopts, format_each = "-gcflag=%s")
    for d in deps:
        args.add(d.importmap, format = "-direct=%s")
        args.add_all(d.source.importpath_aliases if d.source else [], format_each = "-alias=%s\t" + d.importmap)
    args.add_all(exports, map_each = _package_words, format_each = "-pkg=%s")
    args.add_all(std_exports, map_each = _package_words, format_each = "-std=%s")
    args.add_all(info.embedsrcs, map_each = _file_words, format_each = "-embed=%s")
    args.add_all(info.srcs, map_each = _file_words, format_each = "-src=%s")
    if info.cgo:
        args.add("-cgo=off")
    if profile:
        args.add(profile.file, format = "-gcflag=-pgoprofile=%s")
    tools = tools_of_worker(toolchain)
    if info.cover:
        args.add_all(info.cover, format_each = "-cover=%s")
        args.add(ctx.executable._cover, format = "-covertool=%s")
        tools.append(ctx.attr._cover[DefaultInfo].files_to_run)
    ctx.actions.run(
        executable = toolchain.builder,
        arguments = [args],
        inputs = depset(
            info.srcs + info.embedsrcs + toolchain.headers + ([profile.file] if profile else []),
            transitive = [export_files] + ([std.export_files] if std else []),
        ),
        tools = tools,
        outputs = [out, export],
        mnemonic = "GannetCompile",
        execution_requirements = WORKER,
        progress_message = "Compiling Go package %s" % info.importpath,
    )
    label = shown_label(label)
    entry = struct(path = symbolpath, importpath = info.importpath, label = label, file = export)
    x_defs = {}
    for d in deps:
        x_defs.update(d.x_defs)
    x_defs.update(info.x_defs)
    runfiles = info.runfiles
    for d in deps:
        runfiles = runfiles.merge(d.runfiles)
    data = GoArchiveData(
        name = info.name,
        label = info.label,
        importpath = info.importpath,
        importmap = info.importmap,
        pathtype = info.pathtype,
        file = out,
        export_file = export,
        facts_file = None,
        srcs = tuple(info.srcs),
        orig_srcs = tuple(info.srcs),
    )
    return GoArchive(
        data = data,
        libs = depset([out], transitive = [d.libs for d in deps], order = "postorder"),
        transitive = depset([data], transitive = [d.transitive for d in deps]),
        mode = mode,
        importpath = info.importpath,
        symbolpath = symbolpath,
        label = label,
        export_file = export,
        objects = [out],
        exports = depset([entry], transitive = [exports]),
        export_files = depset([export], transitive = [export_files]),
        archives = depset(
            [struct(path = symbolpath, label = label, files = (out,))],
            transitive = [d.archives for d in deps],
            order = "postorder",
        ),
        importmap = info.importmap,
        source = info,
        std_source = None,
        std = std,
        direct = deps,
        x_defs = x_defs,
        runfiles = runfiles,
    )

def instrumented_files(ctx):
    """What Bazel wants to know of a rule for its coverage.

    Args:
      ctx: the rule's context.

    Returns:
      a provider.
    """
    return coverage_common.instrumented_files_info(
        ctx,
        source_attributes = ["srcs"],
        dependency_attributes = ["data", "deps", "embed", "embedsrcs"],
        extensions = ["go"],
    )
