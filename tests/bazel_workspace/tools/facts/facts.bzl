"""A rule of a user's own, with what rules_go documents of its providers."""

load("@io_bazel_rules_go//go:def.bzl", "GoArchive", "GoInfo", "GoLibrary", "GoSource")

def _impl(ctx):
    lines = []
    for dep in ctx.attr.deps:
        archive = dep[GoArchive]
        info = dep[GoInfo]
        data = archive.data
        lines += [
            "%s %s %s" % (data.name, data.importpath, data.importmap),
            "srcs " + " ".join([f.short_path for f in data.srcs]),
            "file " + data.file.extension + " " + data.export_file.extension,
            "direct " + " ".join([d.data.importpath for d in archive.direct]),
            "transitive " + " ".join(sorted([d.importpath for d in archive.transitive.to_list()])),
            "source %s %s" % (archive.source.importpath == info.importpath, info.pathtype),
            "same %s" % (dep[GoLibrary].name == dep[GoSource].name),
            "libs %s" % (data.file in archive.libs.to_list()),
            "mode %s %s %s" % (archive.mode.race, archive.mode.pure, info.mode.linkmode),
            "x_defs %s" % archive.x_defs,
        ]
    out = ctx.actions.declare_file(ctx.label.name + ".txt")
    ctx.actions.write(out, "\n".join(lines) + "\n")
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

go_facts = rule(_impl, attrs = {"deps": attr.label_list(providers = [GoArchive])})
