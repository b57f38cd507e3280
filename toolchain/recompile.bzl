"""Compiling all packages of a program again, with the program's own profile.

The rule that makes the program does that itself, so that no other target has a configuration of its own: the tools, and all that has no
profile, are built once. Packages that several programs with profiles have in common are compiled for each, as `go build` does."""

load(":archive.bzl", "changed_info", "compile_package", "go_toolchain", "library_of")
load(":link.bzl", "check_paths")
load(":providers.bzl", "GoStd", "GoStdSource")
load(":std_actions.bzl", "compile_std_package")

_MANY = 1 << 30  # Starlark has no while

def std_of(packages):
    """Packages as Go's library.

    Args:
      packages: list of GoArchive.

    Returns:
      a GoStd.
    """
    return GoStd(
        packages = packages,
        exports = depset(transitive = [p.exports for p in packages]),
        export_files = depset(transitive = [p.export_files for p in packages]),
        archives = depset(transitive = [p.archives for p in packages], order = "postorder"),
    )

def _deps(archive):
    return (archive.std_source or archive.source).deps

def _with_all_below(archives):
    """The archives and all that they depend on, dependencies first, each once."""
    done = {}
    order = []
    pending = [(a, False) for a in archives]
    for _ in range(_MANY):
        if not pending:
            break
        archive, deps_done = pending.pop()
        if archive.importmap in done:
            continue
        if deps_done:
            done[archive.importmap] = None
            order.append(archive)
        else:
            pending.append((archive, True))
            pending.extend([(d, False) for d in _deps(archive) if d.importmap not in done])
    return order

def _std_packages(ctx, archives, profile, goamd64):
    """Compiles packages of the library and all that they depend on: their path -> GoArchive."""
    new = {}
    for archive in _with_all_below(archives):
        source = archive.std_source
        new[archive.importmap] = compile_std_package(
            ctx,
            go_toolchain(ctx),
            GoStdSource(
                label = source.label,
                importpath = source.importpath,
                srcs = source.srcs,
                asm_srcs = source.asm_srcs,
                asm_hdrs = source.asm_hdrs,
                deps = [new[d.importmap] for d in source.deps],
                importmap = source.importmap,
                embedsrcs = source.embedsrcs,
                lang = source.lang,
                complete = source.complete,
            ),
            goamd64 = goamd64,
            base = "%s_profiled/std/%s" % (ctx.label.name, source.importpath),
            profile = profile,
        )
    return new

def recompiled(ctx, info, profile):
    """Declares the actions that compile what a program depends on with its profile.

    Args:
      ctx: the rule's context; it has source_attrs and asks for the toolchain.
      info: the program's GoInfo.
      profile: a profile (profile.bzl).

    Returns:
      the GoInfo with those packages, and the same of what library_of returns.
    """
    library = library_of(ctx)
    check_paths(ctx, depset(transitive = [library.runtime.archives] + [d.archives for d in info.deps]).to_list())
    packages = _with_all_below(info.deps)
    users = [p for p in packages if p.source]
    stds = [s for s in [library.std] + [p.std for p in users] if s]
    new = _std_packages(
        ctx,
        [library.runtime, library.coverdata] + [p for p in packages if p.std_source] + (stds[0].packages if stds else []),
        profile,
        info.mode.goamd64,
    )
    std = std_of([new[p.importmap] for p in stds[0].packages]) if stds else None
    library = struct(
        runtime = new[library.runtime.importmap],
        coverdata = new[library.coverdata.importmap],
        std = std if library.std else None,
    )
    for package in users:
        new[package.importmap] = compile_package(
            ctx,
            changed_info(package.source, deps = [new[d.importmap] for d in package.source.deps]),
            part = "_profiled",
            prefix = "/" + package.importmap,
            label = package.source.label,
            library = struct(runtime = library.runtime, coverdata = library.coverdata, std = std if package.std else None),
            profile = profile,
        )
    return changed_info(info, deps = [new[d.importmap] for d in info.deps]), library
