"""Rules of rules_go that Gannet has not: BUILD files that load them work as long as nothing is built of these targets."""

def _nogo_impl(ctx):
    fail("%s: nogo is not supported by Gannet: it runs no analyzers while it compiles" % ctx.label)

_ANY = {
    name: attr.label_list(allow_files = True)
    for name in ["deps", "srcs", "protos", "compilers", "embed", "data"]
}

nogo = rule(
    _nogo_impl,
    doc = "Refused when it is built.",
    attrs = dict(
        _ANY,
        config = attr.label(allow_files = True),
        vet = attr.bool(),
        debug = attr.bool(),
    ),
)

def _proto_impl(ctx):
    fail(("%s: go_proto_library is not supported by Gannet: generate the .pb.go files with protoc and protoc-gen-go, " +
          "and list them in the srcs of a go_library") % ctx.label)

go_proto_library = rule(
    _proto_impl,
    doc = "Refused when it is built.",
    attrs = dict(
        _ANY,
        proto = attr.label(),
        compiler = attr.label(),
        importpath = attr.string(),
        importmap = attr.string(),
        import_prefix = attr.string(),
        strip_import_prefix = attr.string(),
        gc_goopts = attr.string_list(),
    ),
)

def go_context(ctx, **_kwargs):
    """Refused: what rules of a user's own would compile Go with.

    Args:
      ctx: the rule's context.
      **_kwargs: not looked at.
    """
    fail(("%s: go_context is not supported by Gannet: make a go_library of generated sources, or use the providers " +
          "GoInfo and GoArchive") % ctx.label)
