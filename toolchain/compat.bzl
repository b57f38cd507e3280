"""Differences between the versions of Bazel that the rules meet."""

# Before Bazel 5 a rule had to ask for toolchains of its own configuration; later ones know nothing else.
RULE_COMPAT = {} if hasattr(native, "package_relative_label") else {"incompatible_use_toolchain_transition": True}
