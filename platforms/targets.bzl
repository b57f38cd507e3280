"""The target table: what Gannet compiles for. The C++ parts read it as targets.inc, which //platforms:targets makes of it."""

# One row a pair of Go's GOOS and GOARCH: its constraint values, the levels of the architecture (GOAMD64), the form of objects
# and programs, the size of a page, and the system-call layer of the runtime.
TARGETS = [
    struct(
        goos = "linux",
        goarch = "amd64",
        constraints = ["@platforms//os:linux", "@platforms//cpu:x86_64"],
        levels = ["v1", "v2", "v3", "v4"],
        object_format = "elf64-x86-64",
        page_bytes = 4096,
        system_calls = "linux",
    ),
]

def _table_impl(ctx):
    rows = [
        "GANNET_TARGET(\"%s\", \"%s\", %d, \"%s\", %d, \"%s\")\n" % (
            t.goos,
            t.goarch,
            len(t.levels),
            t.object_format,
            t.page_bytes,
            t.system_calls,
        )
        for t in TARGETS
    ]
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(out, "// Made of targets.bzl.\n" + "".join(rows))
    return [DefaultInfo(files = depset([out]))]

target_table = rule(_table_impl, doc = "The table as lines for the C++ preprocessor.")
