"""The actions by which Go's library is compiled: one compilation for each package, its files and imports known beforehand.
(Packages of users go through the builder, which looks into the files: archive.bzl.)

No path in any output depends on where the build runs: the tools are told to name sources by package path.
"""

load(":providers.bzl", "GoArchive")

def _export_line(entry):
    return "packagefile %s=%s" % (entry.path, entry.file.path)

def compile_std_package(ctx, toolchain, importpath, srcs, asm_srcs, asm_hdrs, deps, importmap, embedsrcs, lang, complete, goamd64):
    """Declares the actions that compile a package.

    Args:
      ctx: the rule's context.
      toolchain: a GannetToolchain.
      importpath: the package's import path.
      srcs: Go files.
      asm_srcs: Go assembly files.
      asm_hdrs: headers of those.
      deps: GoArchive of each direct dependency.
      importmap: import path as written -> path of the package that is meant.
      embedsrcs: files that //go:embed lines may name, by their path from the package's folder.
      lang: language version.
      complete: whether every function must have a body.
      goamd64: level of the architecture.

    Returns:
      a GoArchive.
    """
    out = ctx.actions.declare_file(ctx.label.name + "_/pkg.o")
    export = ctx.actions.declare_file(ctx.label.name + "_/pkg.x")
    objects = [out]
    exports = depset(transitive = [d.exports for d in deps])

    config = ctx.actions.args()
    config.set_param_file_format("multiline")
    for written in sorted(importmap):
        config.add("importmap %s=%s" % (written, importmap[written]))
    config.add_all(exports, map_each = _export_line)
    config_file = ctx.actions.declare_file(ctx.label.name + "_/importcfg")
    ctx.actions.write(config_file, config)

    shown = "$GOROOT/src/" + importpath
    folders = {f.dirname: None for f in srcs + asm_srcs}
    rewrite = ";".join(["%s=>%s" % (d, shown) for d in sorted(folders)])

    args = ctx.actions.args()
    args.add("-o", out)
    args.add("-export", export)
    args.add("-p", importpath)
    args.add("-importcfg", config_file)
    args.add("-trimpath", rewrite)
    args.add("-lang=" + lang)
    args.add("-c=1")
    if goamd64 != "v1":
        args.add("-goamd64=" + goamd64)
    outputs = [out, export]
    inputs = [config_file] + srcs
    args.add("-std")  # the compiler knows which packages of the library are parts of the runtime
    if complete and not asm_srcs:
        args.add("-complete")
    asm_args = []
    asm_inputs = []
    if asm_srcs:
        header = ctx.actions.declare_file(ctx.label.name + "_/go_asm.h")
        empty = ctx.actions.declare_file(ctx.label.name + "_abis/go_asm.h")
        ctx.actions.write(empty, "")
        abis = ctx.actions.declare_file(ctx.label.name + "_/symabis")
        asm_args = ["-p", importpath, "-trimpath", rewrite, "-D", "GOOS_linux", "-D", "GOARCH_amd64", "-D", "GOAMD64_" + goamd64, "-I", toolchain.headers[0].dirname]
        for d in sorted({h.dirname: None for h in asm_hdrs}):
            asm_args += ["-I", d]
        asm_inputs = asm_hdrs + toolchain.headers
        abi_args = ctx.actions.args()
        abi_args.add_all(asm_args)
        abi_args.add("-I", empty.dirname)
        abi_args.add("-gensymabis")
        abi_args.add("-o", abis)
        abi_args.add_all(asm_srcs)
        ctx.actions.run(
            executable = toolchain.assembler,
            arguments = [abi_args],
            inputs = asm_srcs + asm_inputs + [empty],
            outputs = [abis],
            mnemonic = "GannetSymAbis",
            progress_message = "Listing assembly symbols of Go package %s" % importpath,
        )
        args.add("-symabis", abis)
        args.add("-asmhdr", header)
        inputs.append(abis)
        outputs.append(header)
        asm_inputs.append(header)
        for i in range(len(asm_srcs)):
            object = ctx.actions.declare_file("%s_/asm%d.o" % (ctx.label.name, i))
            one = ctx.actions.args()
            one.add_all(asm_args)
            one.add("-I", header.dirname)
            one.add("-o", object)
            one.add(asm_srcs[i])
            ctx.actions.run(
                executable = toolchain.assembler,
                arguments = [one],
                inputs = [asm_srcs[i]] + asm_inputs,
                outputs = [object],
                mnemonic = "GannetAsm",
                progress_message = "Assembling Go package %s" % importpath,
            )
            objects.append(object)
    if embedsrcs:
        embed_file = ctx.actions.declare_file(ctx.label.name + "_/embedcfg")
        ctx.actions.write(embed_file, json.encode({"Files": {_embed_name(ctx, f): f.path for f in embedsrcs}}))
        args.add("-embedcfg", embed_file)
        inputs = inputs + [embed_file] + embedsrcs
    args.add_all(srcs)
    ctx.actions.run(
        executable = toolchain.compiler,
        arguments = [args],
        inputs = depset(inputs, transitive = [d.export_files for d in deps]),
        outputs = outputs,
        mnemonic = "GannetCompile",
        progress_message = "Compiling Go package %s" % importpath,
    )
    label = str(ctx.label)
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
        direct = [],
        x_defs = {},
        runfiles = ctx.runfiles(),
    )

def _embed_name(ctx, file):
    prefix = ctx.label.package + "/"
    path = file.short_path
    return path[len(prefix):] if path.startswith(prefix) else path
