"""The settings of a build, gathered from the flags below //go/config, and their change on the way to a program.

What Gannet does not do is refused here, when a rule asks for the settings: race detection, memory and address sanitizers, cgo,
link modes other than a program's. `pure` and `static` are always so: "off" asks for cgo and a dynamic program."""

load(":compat.bzl", "RULE_COMPAT")
load(":profile.bzl", "preprocessed")
load(":toolchain.bzl", "TOOLS_TYPE")

GoConfig = provider(
    doc = "The settings of a build (mode).",
    fields = {
        "tags": "tuple of build tags",
        "strip": "whether programs carry neither symbol table nor debug information",
        "debug": "whether code is left as written: no optimization, no inlining",
        "stamp": "whether x_defs may name values of the workspace status",
        "linkmode": "form of what is linked: normal, or pie, a program that may be loaded anywhere",
        "gc_goopts": "tuple of flags for every compilation",
        "gc_linkopts": "tuple of flags for every link",
        "runtime_defaults": "dict: GOGC, GOMAXPROCS, GOMEMLIMIT -> what the runtime takes if the environment does not say",
        "goamd64": "level of the architecture: v1 to v4",
        "pgoprofile": "profile that all is compiled with (profile.bzl), or None",
        "static": "always True",
        "pure": "always True",
        "race": "always False",
    },
)

BuildSetting = provider(doc = "The value of a setting.", fields = {"value": "the value"})

def _setting_impl(ctx):
    return BuildSetting(value = ctx.build_setting_value)

bool_setting = rule(_setting_impl, build_setting = config.bool(flag = True))
string_list_setting = rule(_setting_impl, build_setting = config.string_list(flag = True))

def _choice_impl(ctx):
    value = ctx.build_setting_value
    if value not in ctx.attr.values:
        fail("%s is %r; it must be one of %s" % (ctx.label, value, ", ".join(ctx.attr.values)))
    return BuildSetting(value = value)

string_setting = rule(
    _choice_impl,
    build_setting = config.string(flag = True),
    attrs = {"values": attr.string_list(doc = "what it may be")},
)

def _text_impl(ctx):
    return BuildSetting(value = ctx.build_setting_value)

text_setting = rule(_text_impl, build_setting = config.string(flag = True), doc = "A setting of any text.")

# What a profile of //runtime stands for; settings given one by one come first.
_PROFILES = {
    "default": {},
    "small": {"GOGC": "50", "GOMAXPROCS": "2"},
}

def _is_number(text):
    return text != "" and not [c for c in text.elems() if c not in "0123456789"]

def check_runtime_default(label, name, value):
    """Fails if the runtime would not understand the value of a setting.

    Args:
      label: the target that has it, for the message.
      name: GOGC, GOMAXPROCS or GOMEMLIMIT.
      value: its text.
    """
    number = value
    if name == "GOMEMLIMIT":
        for unit in ["KiB", "MiB", "GiB", "TiB", "B"]:
            if value.endswith(unit):
                number = value[:-len(unit)]
                break
    if name not in ["GOGC", "GOMAXPROCS", "GOMEMLIMIT"]:
        fail("%s: %s is no setting of the runtime: GOGC, GOMAXPROCS, GOMEMLIMIT" % (label, name))
    if not _is_number(number) and not (value == "off" and name != "GOMAXPROCS"):
        fail("%s: malformed %s: %r" % (label, name, value))

def _runtime_defaults(ctx):
    out = dict(_PROFILES[ctx.attr.profile[BuildSetting].value])
    for name, setting in [("GOGC", ctx.attr.gogc), ("GOMAXPROCS", ctx.attr.gomaxprocs), ("GOMEMLIMIT", ctx.attr.gomemlimit)]:
        if setting[BuildSetting].value:
            check_runtime_default(setting.label, name, setting[BuildSetting].value)
            out[name] = setting[BuildSetting].value
    return out

def _refuse(ctx, name, why):
    fail("%s: //go/config:%s is not supported by Gannet (%s)" % (ctx.label, name, why))

def _config_impl(ctx):
    on = ctx.attr
    for name, setting in [("race", on.race), ("msan", on.msan), ("asan", on.asan)]:
        if setting[BuildSetting].value:
            _refuse(ctx, name, "it has no sanitizers")
    linkmode = on.linkmode[BuildSetting].value
    if linkmode not in ["normal", "auto", "pie"]:
        _refuse(ctx, "linkmode=" + linkmode, "it links programs only: normal, pie")
    if on.gofips140[BuildSetting].value != "off":
        _refuse(ctx, "gofips140=" + on.gofips140[BuildSetting].value, "it builds with Go's own crypto packages, gofips140=off")
    tags = {}
    for flag in [on.build_tags, on.gotags]:
        for tag in flag[BuildSetting].value:
            for word in tag.split(","):
                if word:
                    tags[word] = None
    debug = on.debug[BuildSetting].value or on.debug_compilation
    strip = on.strip[BuildSetting].value or on.strip_all or on.profile[BuildSetting].value == "small"
    return [GoConfig(
        tags = tuple(sorted(tags)),
        strip = strip or (on.strip_unless_debug and not debug),
        debug = debug,
        stamp = on.stamp,
        linkmode = "pie" if linkmode == "pie" else "normal",
        gc_goopts = tuple(on.gc_goopts[BuildSetting].value),
        gc_linkopts = tuple(on.gc_linkopts[BuildSetting].value),
        runtime_defaults = _runtime_defaults(ctx),
        goamd64 = on.goamd64,
        pgoprofile = preprocessed(ctx, ctx.toolchains[TOOLS_TYPE].gannet, ctx.files.pgoprofile),
        static = True,
        pure = True,
        race = False,
    )]

_FLAG = dict(mandatory = True, providers = [BuildSetting])

go_config = rule(
    _config_impl,
    doc = "Gathers the settings.",
    attrs = {
        "race": attr.label(**_FLAG),
        "msan": attr.label(**_FLAG),
        "asan": attr.label(**_FLAG),
        "gofips140": attr.label(**_FLAG),
        "linkmode": attr.label(**_FLAG),
        "build_tags": attr.label(**_FLAG),
        "gotags": attr.label(**_FLAG),
        "strip": attr.label(**_FLAG),
        "strip_all": attr.bool(doc = "Bazel's own --strip says so"),
        "strip_unless_debug": attr.bool(doc = "so do its defaults"),
        "debug": attr.label(**_FLAG),
        "debug_compilation": attr.bool(doc = "Bazel's own -c dbg says so"),
        "stamp": attr.bool(doc = "Bazel's own --stamp"),
        "goamd64": attr.string(mandatory = True, doc = "level that the platform has"),
        "pgoprofile": attr.label(allow_files = True, doc = "a profile that all is compiled with; no file if there is none"),
        "gc_goopts": attr.label(**_FLAG),
        "gc_linkopts": attr.label(**_FLAG),
        "gogc": attr.label(**_FLAG),
        "gomaxprocs": attr.label(**_FLAG),
        "gomemlimit": attr.label(**_FLAG),
        "profile": attr.label(**_FLAG),
    },
    toolchains = [TOOLS_TYPE],
    **RULE_COMPAT
)
