"""go_path: sources laid out as a GOPATH, for tools that know nothing else."""

load(":archive.bzl", "PATHS_MAY_CHANGE", "go_toolchain")
load(":providers.bzl", "GoArchive", "GoInfo")
load(":toolchain.bzl", "TOOLCHAIN_TYPE")

GoPath = provider(
    doc = "What go_path has laid out.",
    fields = {
        "gopath": "short path of the folder, or of the archive",
        "gopath_file": "File: the archive, or one inside of the folder, or None if that is empty",
        "packages": "list of struct(importpath, dir, srcs, data): what is in it; dir begins with src/",
    },
)

def _sources(ctx):
    """The GoInfo of the deps and, if asked for, of all that they depend on; one of each path."""
    found = {}
    pending = []
    for dep in ctx.attr.deps:
        if GoInfo in dep:
            found.setdefault(dep[GoInfo].importmap, dep[GoInfo])
            pending.extend(dep[GoInfo].deps)
    for _ in range(1 << 30):
        if not pending or not ctx.attr.include_transitive:
            break
        archive = pending.pop()
        if archive.source and archive.importmap not in found:
            found[archive.importmap] = archive.source
            pending.extend(archive.direct)
    return [found[path] for path in sorted(found)]

def _data_place(info, file):
    """Where a data file of a package lies: below testdata as it does there, others beside the sources."""
    parts = file.path.split("/")
    rel = "/".join(parts[parts.index("testdata"):]) if "testdata" in parts else file.basename
    return "src/%s/%s" % (info.importmap, rel)

def _place(info, file):
    """Where a file lies in the tree: embedded ones may be deeper than the package's folder."""
    folder = info.label.package
    rel = file.short_path
    rel = rel[len(folder) + 1:] if folder and rel.startswith(folder + "/") else file.basename
    return "src/%s/%s" % (info.importmap, rel)

def _add(ctx, outputs, place, file):
    if outputs.setdefault(place, file) != file:
        fail("%s: %s is %s as well as %s" % (ctx.label, place, outputs[place].path, file.path))

def _archive(ctx, outputs):
    out = ctx.actions.declare_file(ctx.label.name + ".zip")
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add("-command=gopath")
    args.add(out, format = "-o=%s")
    for place in sorted(outputs):
        args.add(outputs[place], format = "-file=" + place.replace("%", "%%") + "\t%s")
    ctx.actions.run(
        executable = go_toolchain(ctx).builder,
        arguments = [args],
        inputs = outputs.values(),
        outputs = [out],
        mnemonic = "GannetGoPath",
        execution_requirements = PATHS_MAY_CHANGE,
        progress_message = "Packing sources of Go packages for %s" % ctx.label,
    )
    return out

def _impl(ctx):
    outputs = {}
    packages = []
    for info in _sources(ctx):
        packages.append(struct(importpath = info.importpath, dir = "src/" + info.importmap, srcs = info.srcs, data = info.embedsrcs))
        for file in info.srcs + info.embedsrcs:
            _add(ctx, outputs, _place(info, file), file)
        if ctx.attr.include_data:
            for file in info.runfiles.files.to_list():
                _add(ctx, outputs, _data_place(info, file), file)
    for file in ctx.files.data:
        _add(ctx, outputs, file.basename, file)
    if ctx.attr.mode == "archive":
        out = _archive(ctx, outputs)
        return [
            DefaultInfo(files = depset([out]), runfiles = ctx.runfiles(files = [out])),
            GoPath(gopath = out.short_path, gopath_file = out, packages = packages),
        ]
    files = []
    for place in sorted(outputs):
        out = ctx.actions.declare_file(ctx.label.name + "/" + place)
        if ctx.attr.mode == "link":
            ctx.actions.symlink(output = out, target_file = outputs[place])
        else:
            ctx.actions.run_shell(
                command = "cp \"$1\" \"$2\"",
                arguments = [outputs[place].path, out.path],
                inputs = [outputs[place]],
                outputs = [out],
                mnemonic = "GannetGoPath",
            )
        files.append(out)
    return [
        DefaultInfo(files = depset(files), runfiles = ctx.runfiles(files = files)),
        GoPath(
            gopath = (ctx.label.package + "/" if ctx.label.package else "") + ctx.label.name,
            gopath_file = files[0] if files else None,
            packages = packages,
        ),
    ]

go_path = rule(
    _impl,
    doc = "Lays out sources as a GOPATH.",
    attrs = {
        "deps": attr.label_list(providers = [[GoInfo], [GoArchive]], doc = "packages to lay out"),
        "mode": attr.string(default = "copy", values = ["copy", "link", "archive"], doc = "copies, links, or one zip archive"),
        "include_data": attr.bool(default = True, doc = "the packages' data files, too"),
        "include_pkg": attr.bool(doc = "ignored: no compiled packages are laid out"),
        "include_transitive": attr.bool(default = True, doc = "what they depend on, too"),
        "data": attr.label_list(allow_files = True, doc = "files to lay out beside src"),
    },
    toolchains = [TOOLCHAIN_TYPE],
)
