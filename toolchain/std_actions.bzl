"""The actions by which Go's library is compiled: one compilation for each package, its files and imports known beforehand.
(For packages of users the builder looks into the files: archive.bzl.) The tools are run by the builder, too, so that one worker process
serves all compilations.

No path in any output depends on where the build runs: the tools are told to name sources by package path.
"""

load(":providers.bzl", "GoArchive")
load(":worker.bzl", "WORKER", "tools_of_worker")

def _export_line(entry):
    return "packagefile %s=%s" % (entry.path, entry.file.path)

def _tool_args(ctx, tool):
    """The start of a parameter file by which the builder runs a tool: a line "-arg=WORD" for each word of it follows."""
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add("-command=tool")
    args.add(tool.executable, format = "-tool=%s")
    return args

def _add(args, words):
    """Adds words of the tool: strings and files."""
    args.add_all(words, format_each = "-arg=%s")

def _run(ctx, toolchain, args, **action):
    ctx.actions.run(
        executable = toolchain.builder,
        arguments = [args],
        tools = tools_of_worker(toolchain),
        mnemonic = "GannetCompile",
        execution_requirements = WORKER,
        **action
    )

def _import_config(ctx, base, source, exports):
    """Writes which file has the interface of each package that may be imported."""
    config = ctx.actions.args()
    config.set_param_file_format("multiline")
    for written in sorted(source.importmap):
        config.add("importmap %s=%s" % (written, source.importmap[written]))
    config.add_all(exports, map_each = _export_line)
    file = ctx.actions.declare_file(base + "_/importcfg")
    ctx.actions.write(file, config)
    return file

def _rewrite_rules(source):
    """How files are named: by the package's path, wherever the build runs."""
    folders = {f.dirname: None for f in source.srcs + source.asm_srcs}
    return ";".join(["%s=>$GOROOT/src/%s" % (d, source.importpath) for d in sorted(folders)])

def _assembler_words(toolchain, source, goamd64):
    words = [
        "-p",
        source.importpath,
        "-trimpath",
        _rewrite_rules(source),
        "-D",
        "GOOS_linux",
        "-D",
        "GOARCH_amd64",
        "-D",
        "GOAMD64_" + goamd64,
        "-I",
        toolchain.headers[0].dirname,
    ]
    for d in sorted({h.dirname: None for h in source.asm_hdrs}):
        words += ["-I", d]
    return words

def _list_assembly(ctx, toolchain, base, source, words):
    """Declares the action that lists the functions which assembly defines: the compiler must know. go_asm.h, which the compiler writes, is
    empty for that."""
    empty = ctx.actions.declare_file(base + "_abis/go_asm.h")
    ctx.actions.write(empty, "")
    abis = ctx.actions.declare_file(base + "_/symabis")
    args = _tool_args(ctx, toolchain.assembler)
    _add(args, words + ["-I", empty.dirname, "-gensymabis", "-o", abis] + source.asm_srcs)
    _run(
        ctx,
        toolchain,
        args,
        inputs = source.asm_srcs + source.asm_hdrs + toolchain.headers + [empty],
        outputs = [abis],
        progress_message = "Listing assembly symbols of Go package %s" % source.importpath,
    )
    return abis

def _assemble(ctx, toolchain, base, source, words, header):
    """Declares the actions that assemble; returns the objects."""
    objects = []
    for i in range(len(source.asm_srcs)):
        object = ctx.actions.declare_file("%s_/asm%d.o" % (base, i))
        args = _tool_args(ctx, toolchain.assembler)
        _add(args, words + ["-I", header.dirname, "-o", object, source.asm_srcs[i]])
        _run(
            ctx,
            toolchain,
            args,
            inputs = [source.asm_srcs[i]] + source.asm_hdrs + toolchain.headers + [header],
            outputs = [object],
            progress_message = "Assembling Go package %s" % source.importpath,
        )
        objects.append(object)
    return objects

def compile_std_package(ctx, toolchain, source, goamd64, base = None, profile = None):
    """Declares the actions that compile a package.

    Args:
      ctx: the rule's context.
      toolchain: a GannetToolchain.
      source: a GoStdSource.
      goamd64: level of the architecture.
      base: start of the paths of the outputs, by default the target's name.
      profile: a profile (profile.bzl), or None.

    Returns:
      a GoArchive.
    """
    base = base or ctx.label.name
    importpath, deps = source.importpath, source.deps
    out = ctx.actions.declare_file(base + "_/pkg.o")
    export = ctx.actions.declare_file(base + "_/pkg.x")
    exports = depset(transitive = [d.exports for d in deps])
    config_file = _import_config(ctx, base, source, exports)
    outputs = [out, export]
    inputs = [config_file] + source.srcs

    args = _tool_args(ctx, toolchain.compiler)
    _add(args, ["-o", out, "-export", export, "-p", importpath, "-importcfg", config_file])
    _add(args, ["-trimpath", _rewrite_rules(source), "-lang=" + source.lang, "-c=1"])
    if goamd64 != "v1":
        _add(args, ["-goamd64=" + goamd64])
    _add(args, ["-std"])  # the compiler knows which packages of the library are parts of the runtime
    if profile:
        args.add(profile.file, format = "-arg=-pgoprofile=%s")
        inputs.append(profile.file)
    if source.complete and not source.asm_srcs:
        _add(args, ["-complete"])
    objects = [out]
    if source.asm_srcs:
        words = _assembler_words(toolchain, source, goamd64)
        header = ctx.actions.declare_file(base + "_/go_asm.h")
        abis = _list_assembly(ctx, toolchain, base, source, words)
        _add(args, ["-symabis", abis, "-asmhdr", header])
        inputs.append(abis)
        outputs.append(header)
        objects += _assemble(ctx, toolchain, base, source, words, header)
    if source.embedsrcs:
        embed_file = ctx.actions.declare_file(base + "_/embedcfg")
        ctx.actions.write(embed_file, json.encode({"Files": {_embed_name(source, f): f.path for f in source.embedsrcs}}))
        _add(args, ["-embedcfg", embed_file])
        inputs = inputs + [embed_file] + source.embedsrcs
    _add(args, source.srcs)
    _run(
        ctx,
        toolchain,
        args,
        inputs = depset(inputs, transitive = [d.export_files for d in deps]),
        outputs = outputs,
        progress_message = "Compiling Go package %s" % importpath,
    )
    label = str(source.label)
    entry = struct(path = importpath, importpath = importpath, label = label, file = export)
    return GoArchive(
        data = None,
        libs = depset(objects, transitive = [d.libs for d in deps], order = "postorder"),
        transitive = depset(),
        mode = None,
        importpath = importpath,
        symbolpath = importpath,
        label = label,
        export_file = export,
        objects = objects,
        exports = depset([entry], transitive = [exports]),
        export_files = depset([export], transitive = [d.export_files for d in deps]),
        archives = depset([struct(path = importpath, label = label, files = tuple(objects))], transitive = [d.archives for d in deps], order = "postorder"),
        importmap = importpath,
        source = None,
        std_source = source,
        std = None,
        direct = [],
        x_defs = {},
        runfiles = ctx.runfiles(),
    )

def _embed_name(source, file):
    prefix = source.label.package + "/"
    path = file.short_path
    return path[len(prefix):] if path.startswith(prefix) else path
