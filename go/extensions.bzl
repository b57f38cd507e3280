"""rules_go's module extension go_sdk: `use_extension("@io_bazel_rules_go//go:extensions.bzl", "go_sdk")` of a MODULE.bazel that had
rules_go before. Gannet's own SDK is taken for the one that is asked for, if its version is the same: the one that $GANNET_SDK names
(register_toolchains("@go_toolchains//:all")), or the tools built from source. Never loaded by WORKSPACE."""

load("//toolchain:sdk.bzl", "gannet_sdk")

_NAME = {"name": attr.string(doc = "not used")}
_EXPERIMENTS = {"experiments": attr.string_list(doc = "refused")}
_VERSION = {"version": attr.string(doc = "of Go; nothing but 1.26 is there")}

_TAGS = {
    "download": tag_class(attrs = dict(
        goos = attr.string(doc = "not used"),
        goarch = attr.string(doc = "not used"),
        sdks = attr.string_list_dict(doc = "not used"),
        urls = attr.string_list(doc = "not used"),
        strip_prefix = attr.string(doc = "not used"),
        patches = attr.label_list(doc = "refused"),
        patch_strip = attr.int(doc = "not used"),
        **dict(dict(_NAME, **_EXPERIMENTS), **_VERSION)
    )),
    "from_file": tag_class(attrs = dict(
        go_mod = attr.label(doc = "a go.mod: what Go it asks for must not be newer"),
        **dict(_NAME, **_EXPERIMENTS)
    )),
    "host": tag_class(attrs = dict(dict(_NAME, **_EXPERIMENTS), **_VERSION)),
    "nogo": tag_class(attrs = {
        "nogo": attr.label(doc = "refused"),
        "includes": attr.label_list(doc = "not used"),
        "excludes": attr.label_list(doc = "not used"),
    }),
    "wrap": tag_class(attrs = dict(
        root_file = attr.label(doc = "not used"),
        goos = attr.string(doc = "not used"),
        goarch = attr.string(doc = "not used"),
        **dict(dict(_NAME, **_EXPERIMENTS), **_VERSION)
    )),
}

def _check(what, tag, version):
    words = version.removeprefix("go").split(".")
    if version and words[:2] != ["1", "26"]:
        fail("go_sdk.%s: Gannet is Go 1.26, not %s" % (what, version))
    if tag.experiments:
        fail("go_sdk.%s: experiments are not supported by Gannet: %s" % (what, ", ".join(tag.experiments)))

def _go_line(text):
    """The version that a go.mod asks for, "" if it does not say."""
    for line in text.split("\n"):
        words = line.split("//")[0].split(" ")
        if words[0] == "go" and len(words) > 1:
            return words[1].strip()
    return ""

def _check_file(mctx, tag):
    _check("from_file", tag, "")
    version = _go_line(mctx.read(tag.go_mod)) if tag.go_mod else ""
    words = version.split("rc")[0].split("beta")[0].split(".")
    if len(words) > 1 and (int(words[0]), int(words[1])) > (1, 26):
        fail("go_sdk.from_file: %s asks for Go %s; Gannet is Go 1.26" % (tag.go_mod, version))

def _impl(mctx):
    for module in mctx.modules:
        if not module.is_root:
            continue  # what the modules that it depends on ask for is theirs to ask for
        for tag in module.tags.download:
            _check("download", tag, tag.version)
            if tag.patches:
                fail("go_sdk.download: patches of Go's library are not supported by Gannet")
        for tag in module.tags.host:
            _check("host", tag, tag.version)
        for tag in module.tags.from_file:
            _check_file(mctx, tag)
        for tag in module.tags.nogo:
            if tag.nogo:
                fail("go_sdk.nogo: nogo is not supported by Gannet: it runs no analyzers while it compiles")
        for tag in module.tags.wrap:
            fail("go_sdk.wrap: Gannet compiles with its own tools: the extension sdk of //third_party:extensions.bzl names a folder of those")
    gannet_sdk(name = "go_toolchains", optional = True)

go_sdk = module_extension(implementation = _impl, tag_classes = _TAGS)
