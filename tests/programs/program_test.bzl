"""program_test: runs a program and compares what it prints and its exit status."""

# What programs are run under once more: the collector at every N-th allocation with its marks checked and what it frees
# overwritten, stacks that move at every call, both.
STRESS_MODES = [
    "gcstress=1,gccheckmark=1,clobberfree=1",
    "stackstress=1",
    "stackstress=2,gcstress=3,clobberfree=1",
]

def program_test(name, program, expected_stdout = None, expected_stderr = None, status = 0, args = [], data = [], env = {}, stress = STRESS_MODES):
    """Declares a test of one run, and a test NAME_stress of the same run under the stress modes of the runtime.

    Args:
      name: the test's name.
      program: label of the program.
      expected_stdout: file with what it must print; not compared if None.
      expected_stderr: file with what it must report, after normalize_trace.sed; not compared if None.
      status: exit status that it must have.
      args: its arguments.
      data: files that it reads.
      env: environment variables.
      stress: values of GODEBUG to run under, one after the other; none: no such test.
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
    if stress:
        native.sh_test(
            name = name + "_stress",
            size = "medium",
            srcs = ["//tests/programs:run_program.sh"],
            args = words + args,
            data = files + data,
            env = dict(env, STRESS_MODES = " ".join(stress)),
        )
