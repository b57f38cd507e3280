"""The change of settings on the way to a program: attributes of go_binary and go_test that hold for all that it depends on.

Its build tags do not hold for what is no Go code of it: files and other programs that it needs (`data`), files that are made for it, Go's
library, which knows none of them, and the tools. Those are built as if the program were not there, once for all programs."""

load(":platforms.bzl", "TARGETS")

def _flag(name):
    return str(Label("//go/config:" + name))

_SETTINGS = [_flag(name) for name in ["gofips140", "gotags", "linkmode", "msan", "race", "tags"]]

# The tags before a program changed them, as words: "tags=x", "gotags=y", and "changed", without which they were not.
_BEFORE = str(Label("//toolchain:tags_before"))

_PLATFORMS = "//command_line_option:platforms"

def _impl(settings, attr):
    out = {name: settings[name] for name in _SETTINGS + [_BEFORE, _PLATFORMS]}

    if attr.pure == "off":
        fail("pure = \"off\": cgo is not supported by Gannet")

    # pure and static change nothing, linkmode the link alone: they make no configuration of their own, in which all would be
    # built again.
    for name in ["race", "msan"]:
        if getattr(attr, name) in ["on", "off"]:
            out[_flag(name)] = getattr(attr, name) == "on"
    if attr.linkmode not in ["auto", "normal", "pie"]:
        out[_flag("linkmode")] = attr.linkmode  # the settings refuse it
    if attr.gotags:  # in the place of those of the command line
        out[_flag("tags")] = sorted({tag: None for tag in attr.gotags})
        out[_flag("gotags")] = []
        if not settings[_BEFORE]:
            out[_BEFORE] = ["changed"] + [name + "=" + tag for name in ["tags", "gotags"] for tag in settings[_flag(name)]]
    if attr.gofips140 != "off":
        out[_flag("gofips140")] = attr.gofips140  # the settings refuse it
    if attr.goos != "auto" or attr.goarch != "auto":
        pair = "%s_%s" % (attr.goos if attr.goos != "auto" else "linux", attr.goarch if attr.goarch != "auto" else "amd64")
        if pair not in TARGETS:
            fail("unsupported GOOS/GOARCH pair %s; Gannet compiles for %s" % (pair.replace("_", "/"), ", ".join([t.replace("_", "/") for t in TARGETS])))
        out[_PLATFORMS] = str(Label("//go/toolchain:" + pair))
    return out

go_transition = transition(
    implementation = _impl,
    inputs = _SETTINGS + [_BEFORE, _PLATFORMS],
    outputs = _SETTINGS + [_BEFORE, _PLATFORMS],
)

_TAGS = [_flag("gotags"), _flag("tags")]

def _undo_impl(settings, _attr):
    out = {name: settings[name] for name in _TAGS}
    if settings[_BEFORE]:
        out = {
            _flag(name): [word[len(name) + 1:] for word in settings[_BEFORE] if word.startswith(name + "=")]
            for name in ["gotags", "tags"]
        }
    out[_BEFORE] = []
    return out

undo_go_transition = transition(
    implementation = _undo_impl,
    inputs = _TAGS + [_BEFORE],
    outputs = _TAGS + [_BEFORE],
)

# Rules with a transition have it.
ALLOWLIST = {
    "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
}

TRANSITION_ATTRS = dict({
    "race": attr.string(default = "auto", doc = "refused if on", values = ["auto", "on", "off"]),
    "msan": attr.string(default = "auto", doc = "refused if on", values = ["auto", "on", "off"]),
    "pure": attr.string(default = "auto", doc = "programs are without cgo; off is refused", values = ["auto", "on", "off"]),
    "static": attr.string(default = "auto", doc = "programs are static in any case", values = ["auto", "on", "off"]),
    "linkmode": attr.string(default = "auto", doc = "normal, or pie: loaded at an address that differs from run to run; other modes are refused", values = ["auto", "normal", "pie", "plugin", "shared", "c-shared", "c-archive"]),
    "gotags": attr.string_list(doc = "build tags, for all that it depends on"),
    "gofips140": attr.string(default = "off", doc = "version of Go's FIPS 140 module; any but off is refused"),
    "goos": attr.string(default = "auto", doc = "target system"),
    "goarch": attr.string(default = "auto", doc = "target architecture"),
}, **ALLOWLIST)
