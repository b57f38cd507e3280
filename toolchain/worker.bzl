"""How compilations are run: by the builder, which is a persistent worker, many requests at a time, if Bazel wants one.

Bazel has a process for all actions of the same mnemonic, tools and requirements, whose arguments are all in the parameter file. Paths of
a worker's actions are not mapped (--experimental_output_paths=strip): Bazel 7 gives mapped paths to workers that run where there are no
such files."""

WORKER = {
    "supports-workers": "1",
    "supports-multiplex-workers": "1",
    "supports-multiplex-sandboxing": "1",
}

def tools_of_worker(toolchain):
    """What a compilation may run, whether it does or not.

    Args:
      toolchain: a GannetToolchain.

    Returns:
      a list for the `tools` of an action.
    """
    return [toolchain.compiler, toolchain.assembler]
