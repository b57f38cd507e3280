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

def _check_version(caller, version):
    if version and version != "host" and version != "1.26" and not version.startswith("1.26."):
        fail("%s: Gannet is Go 1.26, not %s" % (caller, version))

def _check_sdk(caller, version, experiments):
    _check_version(caller, version)
    if experiments:
        fail("%s: experiments are not supported by Gannet: %s" % (caller, ", ".join(experiments)))

def go_register_toolchains(version = None, nogo = None, go_version = None, experiments = None):
    """Registers the SDK that $GANNET_SDK names, if it names one, and the toolchain built from source.

    Args:
      version: of Go; nothing but 1.26 is there.
      nogo: refused.
      go_version: older name of version.
      experiments: refused.
    """
    _check_sdk("go_register_toolchains", version, experiments)
    _check_version("go_register_toolchains", go_version)
    if nogo:
        fail("go_register_toolchains: nogo is not supported by Gannet")
    if "go_toolchains" not in native.existing_rules():
        gannet_sdk(name = "go_toolchains", optional = True)
    native.register_toolchains("@go_toolchains//:all", str(Label("//toolchain:all")))

def go_download_sdk(name, version = None, experiments = None, register_toolchains = True, **_kwargs):
    """Takes Gannet's own SDK for the one that rules_go would download, if its version is the same.

    Args:
      name: not used.
      version: of Go; nothing but 1.26 is there.
      experiments: refused.
      register_toolchains: whether to do what go_register_toolchains does.
      **_kwargs: where to download it from.
    """
    _ = name  # buildifier: disable=unused-variable
    _check_sdk("go_download_sdk", version, experiments)
    if register_toolchains:
        go_register_toolchains()

def go_host_sdk(name, experiments = None, register_toolchains = True, **_kwargs):
    """Takes Gannet's own SDK for the one that is installed.

    Args:
      name: not used.
      experiments: refused.
      register_toolchains: whether to do what go_register_toolchains does.
      **_kwargs: accepted for rules_go's sake.
    """
    go_download_sdk(name, experiments = experiments, register_toolchains = register_toolchains)

def go_local_sdk(name, **_kwargs):
    """Refused.

    Args:
      name: for the message.
      **_kwargs: not looked at.
    """
    fail("go_local_sdk(name = %r): Gannet compiles with its own tools: gannet_sdk of //go:deps.bzl names a folder of those" % name)

def go_wrap_sdk(name, **_kwargs):
    """Refused.

    Args:
      name: for the message.
      **_kwargs: not looked at.
    """
    fail("go_wrap_sdk(name = %r): Gannet compiles with its own tools: gannet_sdk of //go:deps.bzl names a folder of those" % name)

def go_register_nogo(**_kwargs):
    """Refused.

    Args:
      **_kwargs: not looked at.
    """
    fail("go_register_nogo: nogo is not supported by Gannet: it runs no analyzers while it compiles")
