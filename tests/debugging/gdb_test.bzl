"""gdb_test: what gdb prints of a program."""

def gdb_test(name, program, commands, expected, optimized = None):
    """Checks that the debug information of a program is well formed, and that gdb prints of it what is expected.

    Args:
      name: of the test.
      program: label of a go_binary.
      commands: file of what gdb is told.
      expected: file of what it is to print.
      optimized: label of the program as optimized, if `program` is not: its debug information is to be well formed, too.
    """
    files = [program] + ([optimized] if optimized else []) + [commands, expected]
    native.sh_test(
        name = name,
        size = "small",
        srcs = ["gdb_test.sh"],
        args = ["$(location %s)" % f for f in [program, optimized or program, commands, expected]],
        data = files,
    )
