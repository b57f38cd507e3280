"""What a WORKSPACE calls that had rules_go before."""

load("//third_party:go_std.bzl", "go_std_repository")
load("//third_party:repositories.bzl", "gannet_rule_repos", "gannet_system_libs")
load("//toolchain:sdk.bzl", _gannet_sdk = "gannet_sdk")

gannet_sdk = _gannet_sdk

def go_rules_dependencies(force = False):
    """Declares the repositories that Gannet is built from, Go's library among them.

    Args:
      force: accepted for rules_go's sake.
    """
    _ = force  # buildifier: disable=unused-variable
    gannet_rule_repos()
    gannet_system_libs()
    if "go_std" not in native.existing_rules():
        go_std_repository(name = "go_std")

def go_register_toolchains(version = None, nogo = None, go_version = None, **_kwargs):
    """Registers the toolchain built from source.

    Args:
      version: of Go; nothing but 1.26 is there.
      nogo: refused.
      go_version: older name of version.
      **_kwargs: accepted for rules_go's sake.
    """
    for wanted in [version, go_version]:
        if wanted and wanted != "host" and wanted != "1.26" and not wanted.startswith("1.26."):
            fail("go_register_toolchains: Gannet is Go 1.26, not " + wanted)
    if nogo:
        fail("go_register_toolchains: nogo is not supported by Gannet")
    native.register_toolchains(str(Label("//toolchain:all")))
