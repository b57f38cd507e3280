"""go_cross_binary: a program built for a platform that the target names."""

load(":providers.bzl", "GoArchive", "GoInfo")

def _transition_impl(_settings, attr):
    return {"//command_line_option:platforms": str(attr.platform)}

_platform_transition = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _impl(ctx):
    target = ctx.attr.target[0] if type(ctx.attr.target) == "list" else ctx.attr.target
    built = target[DefaultInfo]
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = program, target_file = built.files_to_run.executable, is_executable = True)
    return [target[GoInfo], target[GoArchive], DefaultInfo(
        executable = program,
        files = depset([program]),
        # Not those of the target: its program is among them, under a path that it has for every platform.
        runfiles = target[GoInfo].runfiles,
    )]

go_cross_binary = rule(
    _impl,
    doc = "Builds a go_binary for a platform.",
    executable = True,
    attrs = {
        "target": attr.label(mandatory = True, providers = [GoInfo, GoArchive], cfg = _platform_transition, doc = "the program"),
        "platform": attr.label(mandatory = True, doc = "the platform; one without a toolchain is refused by Bazel"),
        "sdk_version": attr.string(doc = "ignored"),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
