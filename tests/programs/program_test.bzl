"""program_test: runs a program and compares what it prints and its exit status."""

def program_test(name, program, expected_stdout = None, expected_stderr = None, status = 0, args = [], data = [], env = {}):
    """Declares a test of one run.

    Args:
      name: the test's name.
      program: label of the program.
      expected_stdout: file with what it must print; not compared if None.
      expected_stderr: file with what it must report, after normalize_trace.sed; not compared if None.
      status: exit status that it must have.
      args: its arguments.
      data: files that it reads.
      env: environment variables, as NAME=value words.
    """
    words = ["$(location %s)" % program, str(status)]
    files = [program, "//tests/programs:normalize_trace.sed"]
    for expected in [expected_stdout, expected_stderr]:
        words.append("$(location %s)" % expected if expected else "-")
        if expected:
            files.append(expected)
    native.sh_test(
        name = name,
        size = "small",
        srcs = ["//tests/programs:run_program.sh"],
        args = words + args,
        data = files + data,
        env = env,
    )
