"""Rules of rules_go that Gannet has not: BUILD files that load them work as long as nothing is built of these targets.

They are macros, which take any attributes, so that what is said is that the rule is missing, not which attribute is. A target that is to
make a file (`out`) has it: what uses the file gets the message, too."""

def _impl(ctx):
    fail("%s: %s is not supported by Gannet: %s" % (ctx.label, ctx.attr.what, ctx.attr.instead))

_refused = rule(
    _impl,
    doc = "Refused when it is built.",
    attrs = {
        "what": attr.string(mandatory = True, doc = "name of the rule"),
        "instead": attr.string(mandatory = True, doc = "why, or what to do"),
        "outs": attr.output_list(doc = "files that it would make"),
    },
)

def refused_target(name, what, instead, attributes = {}):
    """A target that says, when it is built, that its rule is missing.

    Args:
      name: of the target.
      what: of the rule.
      instead: what to do.
      attributes: those that the BUILD file gives.
    """
    common = {k: attributes[k] for k in ["deprecation", "tags", "testonly", "visibility"] if k in attributes}
    outs = [attributes["out"]] if attributes.get("out") else []
    _refused(name = name, what = what, instead = instead, outs = outs, **common)

def nogo(name, **attributes):
    """Refused."""
    refused_target(name, "nogo", "it runs no analyzers while it compiles", attributes)

def go_proto_library(name, **attributes):
    """Refused."""
    refused_target(
        name,
        "go_proto_library",
        "generate the .pb.go files with protoc and protoc-gen-go, and list them in the srcs of a go_library",
        attributes,
    )

def go_grpc_library(name, **attributes):
    """Refused."""
    refused_target(
        name,
        "go_grpc_library",
        "generate the .pb.go files with protoc, protoc-gen-go and protoc-gen-go-grpc, and list them in the srcs of a go_library",
        attributes,
    )

def go_proto_compiler(name, **attributes):
    """Refused."""
    refused_target(name, "go_proto_compiler", "it has no go_proto_library", attributes)

def go_embed_data(name, **attributes):
    """Refused."""
    refused_target(name, "go_embed_data", "use go:embed and the attribute embedsrcs", attributes)

def bindata(name, **attributes):
    """Refused."""
    refused_target(name, "bindata", "use go:embed and the attribute embedsrcs", attributes)

def gomock(name, **attributes):
    """Refused."""
    refused_target(name, "gomock", "generate the file with mockgen, and list it in the srcs of a go_library", attributes)

def go_sdk(name, **attributes):
    """Refused."""
    refused_target(name, "go_sdk", "its tools are gannet_tools of //toolchain:defs.bzl", attributes)

def go_toolchain(name, **attributes):
    """Refused."""
    refused_target(name, "go_toolchain", "its toolchain is gannet_toolchain of //toolchain:defs.bzl", attributes)

def go_vet_test(name, **attributes):
    """Refused, as rules_go has it."""
    refused_target(name, "go_vet_test", "run gannet vet", attributes)

_OWN_RULES = "make a go_library of generated sources, or use the providers GoInfo and GoArchive"

def go_context(ctx, **_kwargs):
    """Refused: what rules of a user's own would compile Go with.

    Args:
      ctx: the rule's context.
      **_kwargs: not looked at.
    """
    fail("%s: go_context is not supported by Gannet: %s" % (ctx.label, _OWN_RULES))

def new_go_info(go, *_args, **_kwargs):
    """Refused, like the go_context that it is given.

    Args:
      go: what go_context would have returned.
      *_args: not looked at.
      **_kwargs: not looked at.
    """
    _ = go  # buildifier: disable=unused-variable
    fail("new_go_info is not supported by Gannet: " + _OWN_RULES)

def go_rule(**_kwargs):
    """Refused, as rules_go has it: its users call rule().

    Args:
      **_kwargs: not looked at.
    """
    fail("go_rule is not supported by Gannet: " + _OWN_RULES)
