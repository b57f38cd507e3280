"""go_library: a package. go_source: sources to be embedded."""

load(":archive.bzl", "compile_package", "implicit_std_attrs", "instrumented_files", "merge_sources", "source_attrs")
load(":compat.bzl", "RULE_COMPAT")
load(":providers.bzl", "GoArchive", "GoInfo")
load(":toolchain.bzl", "TOOLCHAIN_TYPE")

def _impl(ctx):
    info = merge_sources(ctx)
    archive = compile_package(ctx, info)
    return [
        info,
        archive,
        DefaultInfo(files = depset(archive.objects), runfiles = archive.runfiles),
        OutputGroupInfo(
            compilation_outputs = depset(archive.objects),
            export_data = depset([archive.export_file]),
            go_generated_srcs = depset(info.srcs),
        ),
        instrumented_files(ctx),
    ]

def library_rule(implicit_std):
    """Makes a go_library rule.

    Args:
      implicit_std: whether the package may import all of Go's library without naming it.

    Returns:
      the rule.
    """
    return rule(
        _impl,
        doc = "Compiles one Go package.",
        attrs = dict(source_attrs(), **implicit_std_attrs(implicit_std)),
        provides = [GoInfo, GoArchive],
        toolchains = [TOOLCHAIN_TYPE],
        **RULE_COMPAT
    )

def _source_impl(ctx):
    info = merge_sources(ctx)
    return [info, DefaultInfo(files = depset(info.srcs), runfiles = info.runfiles), instrumented_files(ctx)]

go_source = rule(
    _source_impl,
    doc = "Sources, with what they need, for other targets to embed. Nothing is compiled.",
    attrs = source_attrs(),
    provides = [GoInfo],
)
