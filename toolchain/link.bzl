"""Linking a program."""

load(":archive.bzl", "PATHS_MAY_CHANGE", "go_toolchain", "library_of", "shown_label")
load(":config.bzl", "check_runtime_default")

def check_paths(ctx, entries):
    """Refuses a program that has two packages of one path.

    Args:
      ctx: the rule's context.
      entries: elements of the `archives` of GoArchive.
    """
    owners = {}
    for entry in entries:
        other = owners.setdefault(entry.path, entry.label)
        if other != entry.label:
            fail("package conflict error: %s: multiple copies of package passed to linker:\n\t%s\n\t%s\nin %s. " % (
                entry.path,
                other,
                entry.label,
                ctx.label,
            ) + "Set importmap to different paths, or depend on one of the two only.")

def _program_linkmode(ctx, mode):
    """How a program is linked: as the rule says, else as the settings do.

    Args:
      ctx: the rule's context.
      mode: a GoConfig.

    Returns:
      "normal" or "pie".
    """
    own = getattr(ctx.attr, "linkmode", "auto")
    return mode.linkmode if own == "auto" else own

def _stamps(ctx, x_defs):
    """The files of the workspace status that have what x_defs name: what is stable, and what changes from build to build, if that is
    named, too. (A build with the latter finds nothing in a remote cache.)"""
    names = [part.split("}")[0] for v in x_defs.values() for part in v.split("{")[1:] if "}" in part]
    if not names:
        return []
    stable = ["BUILD_EMBED_LABEL", "BUILD_USER", "BUILD_HOST"]
    volatile = [n for n in names if not n.startswith("STABLE_") and n not in stable]
    return [ctx.info_file] + ([ctx.version_file] if volatile else [])

def _object_words(entry):
    return ["%s\t%s" % (entry.path, f.path) for f in entry.files]

def link_program(ctx, archive, output, path, gc_linkopts = [], runtime_defaults = {}, library = None, profile = None):
    """Declares the action that links a program.

    Args:
      ctx: the rule's context.
      archive: GoArchive of the main package.
      output: File to write.
      path: import path of the program, for its build information.
      gc_linkopts: further linker flags.
      runtime_defaults: settings that the runtime takes if the environment does not say.
      library: what library_of returns, if it is not the rule's.
      profile: profile that it is compiled with, if it is not that of the settings.
    """
    toolchain = go_toolchain(ctx)
    mode = archive.source.mode
    library = library or library_of(ctx)
    own = depset(transitive = [library.runtime.archives, archive.archives], order = "postorder")
    check_paths(ctx, own.to_list())
    all = depset(
        transitive = [own] + ([library.std.archives] if library.std else []),
        order = "postorder",
    )
    x_defs = dict(archive.x_defs)
    settings = dict(mode.runtime_defaults)
    settings.update(runtime_defaults)
    for name in settings:
        check_runtime_default(ctx.label, name, settings[name])
        x_defs["runtime.default" + name] = settings[name]
    linkmode = _program_linkmode(ctx, mode)
    link_objects(
        ctx,
        toolchain,
        all,
        archive.objects[0],
        output,
        info = build_information(toolchain, path, mode, linkmode, profile or mode.pgoprofile),
        x_defs = x_defs,
        stamps = _stamps(ctx, x_defs) if mode.stamp else [],
        flags = (["-s", "-w"] if mode.strip else []) +
                (["-buildmode=pie"] if linkmode == "pie" else []) + list(mode.gc_linkopts) + gc_linkopts,
    )

def link_objects(ctx, toolchain, archives, main, output, info, x_defs = {}, stamps = [], flags = []):
    """Declares the action of link_program, when it is known what is linked.

    Args:
      ctx: the rule's context.
      toolchain: a GannetToolchain.
      archives: depset of the `archives` of GoArchive.
      main: object of the main package.
      output: File to write.
      info: lines of build information.
      x_defs: string variables to set.
      stamps: files with the workspace's status, to fill in x_defs.
      flags: the linker's.
    """
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add("-command=link")
    args.add(output, format = "-o=%s")
    args.add(toolchain.linker.executable, format = "-linker=%s")
    args.add("bazel/" + shown_label(ctx.label), format = "-buildid=%s")
    args.add(toolchain.version, format = "-goversion=%s")
    args.add_all(toolchain.core, format_each = "-runtime=%s")
    args.add_all(info, format_each = "-info=%s")
    args.add_all(["%s=%s" % (name, x_defs[name]) for name in sorted(x_defs)], format_each = "-x=%s")
    args.add_all(stamps, format_each = "-stamp=%s")
    args.add_all(flags, format_each = "-ldflag=%s")
    args.add_all(archives, map_each = _object_words, format_each = "-pkg=%s")
    args.add(main, format = "-main=%s")
    ctx.actions.run(
        executable = toolchain.builder,
        arguments = [args],
        inputs = depset(toolchain.core + stamps + [f for e in archives.to_list() for f in e.files]),
        tools = [toolchain.linker],
        outputs = [output],
        mnemonic = "GannetLink",
        execution_requirements = PATHS_MAY_CHANGE,
        progress_message = "Linking Go program %s" % ctx.label,
    )

def build_information(toolchain, path, mode, linkmode, profile = None):
    """The lines that `go version -m` shows.

    Args:
      toolchain: a GannetToolchain.
      path: import path of the program.
      mode: a GoConfig.
      linkmode: "normal" or "pie".
      profile: profile that it is compiled with, or None.

    Returns:
      a list of lines.
    """
    lines = [
        "path\t" + path,
        "build\t-buildmode=" + ("pie" if linkmode == "pie" else "exe"),
        "build\t-compiler=gc",
    ]
    if profile:
        lines.append("build\t-pgo=" + profile.name)
    if mode.tags:
        lines.append("build\t-tags=" + ",".join(mode.tags))
    return lines + [
        "build\t-trimpath=true",
        "build\tCGO_ENABLED=0",
        "build\tGOARCH=" + toolchain.goarch,
        "build\tGOOS=" + toolchain.goos,
        "build\tGOAMD64=" + mode.goamd64,
    ]
