"""Stands in for the module's extension of this name, whose repository nothing here uses."""

def _repo_impl(rctx):
    rctx.file("BUILD.bazel", "")

_repo = repository_rule(_repo_impl)

def _impl(_mctx):
    _repo(name = "buildozer_binary")

buildozer_binary = module_extension(implementation = _impl)
