"""go_reset_target: a target, most often a program that a build runs, built with the settings of //go/config as they are by default."""

load(":providers.bzl", "GoArchive", "GoInfo")

_FALSE = ["asan", "debug", "msan", "pure", "race", "static", "strip"]
_EMPTY = ["gc_goopts", "gc_linkopts", "gotags", "tags"]

def _flag(name):
    return str(Label("//go/config:" + name))

def _transition_impl(_settings, _attr):
    out = {_flag(name): False for name in _FALSE}
    out.update({_flag(name): [] for name in _EMPTY})
    out[_flag("linkmode")] = "auto"
    out[_flag("pgoprofile")] = Label("//go/config:empty")
    return out

_reset_transition = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = [_flag(name) for name in _FALSE + _EMPTY + ["linkmode", "pgoprofile"]],
)

def _impl(ctx):
    target = ctx.attr.dep[0] if type(ctx.attr.dep) == "list" else ctx.attr.dep
    info = target[DefaultInfo]
    executable, runfiles = None, info.default_runfiles
    if info.files_to_run.executable:
        executable = ctx.actions.declare_file(ctx.label.name + "/" + info.files_to_run.executable.basename)
        ctx.actions.symlink(output = executable, target_file = info.files_to_run.executable, is_executable = True)
        runfiles = runfiles.merge(ctx.runfiles([executable]))
    return [target[p] for p in [GoInfo, GoArchive] if p in target] + [
        DefaultInfo(executable = executable, files = info.files, runfiles = runfiles),
    ]

go_reset_target = rule(
    _impl,
    doc = "Builds a target with default settings and hands on what it provides.",
    attrs = {
        "dep": attr.label(mandatory = True, cfg = _reset_transition, doc = "the target"),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
