"""fuzz_target: a function that takes arbitrary bytes, as a test over its corpus and as a program for libFuzzer."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")

def fuzz_target(name, corpus, deps):
    """Declares NAME_replay, a test that runs NAME.cc over the corpus, and NAME, the fuzzer (build it with --config=fuzz).

    Args:
      name: the target's name; NAME.cc defines LLVMFuzzerTestOneInput.
      corpus: label of a filegroup, the inputs.
      deps: what it calls.
    """
    cc_test(
        name = name + "_replay",
        srcs = [
            name + ".cc",
            "//tests/fuzz:replay_main.cc",
        ],
        args = ["$(locations %s)" % corpus],
        data = [corpus],
        deps = deps + ["//compiler/base"],
    )
    cc_binary(
        name = name,
        srcs = [name + ".cc"],
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = deps + ["//compiler/base"],
    )
