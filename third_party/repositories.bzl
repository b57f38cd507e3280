"""Repositories from Debian's package folders, or from an archive where those are absent."""

_DEB = "/usr/share/bazel/"

def _adopt_impl(rctx):
    home = None
    for folder in rctx.attr.folders:
        if not home and rctx.path(folder).exists:
            home = rctx.path(folder)
    if home:
        pending = [(home, "")]
        for _ in range(64):  # Starlark has no while; folders above an edited file become real, the rest links
            if not pending:
                break
            folder, rel = pending.pop()
            for child in folder.readdir():
                name = rel + child.basename
                if name in rctx.attr.edits:
                    text = rctx.read(child)
                    for swap in rctx.attr.swaps:
                        old, new = swap.split(" => ")
                        text = text.replace(old, new)
                    rctx.file(name, text, executable = False)
                elif [e for e in rctx.attr.edits if e.startswith(name + "/")]:
                    pending.append((child, name + "/"))
                elif name not in ["WORKSPACE", "WORKSPACE.bazel"]:
                    rctx.symlink(child, name)
    elif rctx.attr.urls:
        rctx.download_and_extract(rctx.attr.urls, sha256 = rctx.attr.sha256, stripPrefix = rctx.attr.strip_prefix)
    for name, text in rctx.attr.stub.items():
        if not home:
            rctx.file(name, text, executable = False)
    rctx.file("WORKSPACE", "workspace(name = %r)\n" % rctx.name)

adopt_repository = repository_rule(_adopt_impl, local = True, attrs = {
    "folders": attr.string_list(),
    "edits": attr.string_list(),
    "swaps": attr.string_list(),
    "urls": attr.string_list(),
    "sha256": attr.string(),
    "strip_prefix": attr.string(),
    "stub": attr.string_dict(),
})

_SWAPS = [
    ", \"use_cpp_toolchain\" => ",
    "use_cpp_toolchain() => [\"@bazel_tools//tools/cpp:toolchain_type\"]",
]
_EDITS = ["cc/private/rules_impl/cc_flags_supplier.bzl", "cc/private/rules_impl/compiler_flag.bzl"]

def gannet_rule_repos():
    adopt_repository(
        name = "rules_cc",
        folders = [_DEB + "rules/cc"],
        edits = _EDITS,
        swaps = _SWAPS,
        urls = ["https://github.com/bazelbuild/rules_cc/releases/download/0.0.9/rules_cc-0.0.9.tar.gz"],
        strip_prefix = "rules_cc-0.0.9",  # add sha256 on a machine that has the net
    )
    adopt_repository(name = "platforms", folders = [_DEB + "tools/platforms", _DEB + "platforms"])
    adopt_repository(name = "bazel_skylib", folders = [_DEB + "tools/skylib"])
    for name, folder in {
        "rules_java": "rules/java",
        "rules_proto": "rules/proto",
        "rules_license": "rules/license",
        "rules_python": "rules/python",
        "bazel_features": "tools/features",
    }.items():
        adopt_repository(name = name, folders = [_DEB + folder], stub = {"BUILD": ""})
    adopt_repository(name = "remote_coverage_tools", stub = {"BUILD": """
filegroup(name = "coverage_report_generator", visibility = ["//visibility:public"])
filegroup(name = "lcov_merger", visibility = ["//visibility:public"])
"""})

_LIB = """load("@rules_cc//cc:defs.bzl", "cc_library")
cc_library(name = {name}, srcs = {libs}, linkopts = {linkopts}, visibility = ["//visibility:public"])
"""

def _prebuilt_impl(rctx):
    for lib in rctx.attr.libs:  # headers are on the compiler's own search path
        found = rctx.execute(["cc", "-print-file-name=" + lib]).stdout.strip()
        if found == lib:
            fail("no %s: install %s" % (lib, rctx.attr.debian))
        rctx.symlink(found, lib)
    rctx.file("WORKSPACE", "")
    rctx.file("BUILD.bazel", _LIB.format(
        name = repr(rctx.attr.lib_name),
        libs = repr(rctx.attr.libs),
        linkopts = repr(rctx.attr.linkopts),
    ))

prebuilt_library = repository_rule(_prebuilt_impl, local = True, attrs = {
    "lib_name": attr.string(),  # rctx.name is mangled under bzlmod
    "libs": attr.string_list(doc = "static archives, users before what they use"),
    "linkopts": attr.string_list(),
    "debian": attr.string(),
})

def _llvm_config(rctx, args):
    config = rctx.os.environ.get("GANNET_LLVM_CONFIG") or "/usr/lib/llvm-19/bin/llvm-config"
    got = rctx.execute([config, "--link-static"] + args)
    if got.return_code:
        fail("llvm-config: %s (Debian: llvm-19-dev)" % got.stderr)
    return got.stdout.strip()

def _llvm_impl(rctx):
    chain = [lib[2:] for lib in _llvm_config(rctx, ["--libs"] + rctx.attr.components).split(" ")]
    libdir = _llvm_config(rctx, ["--libdir"])
    for part in ["llvm", "llvm-c"]:
        rctx.symlink(_llvm_config(rctx, ["--includedir"]) + "/" + part, "include/" + part)
    out = ["load(\"@rules_cc//cc:defs.bzl\", \"cc_library\")", "package(default_visibility = [\"//visibility:public\"])"]
    out.append("cc_library(name = \"headers\", includes = [\"include\"], hdrs = glob(" +
               repr(["include/llvm/%s/**" % d for d in rctx.attr.header_folders] + ["include/llvm-c/**"]) + "))")
    for i in range(len(chain)):  # llvm-config lists users first; a chain of deps keeps that order on the link line
        last = i + 1 == len(chain)
        rctx.symlink(libdir + "/lib" + chain[i] + ".a", "lib" + chain[i] + ".a")
        out.append("cc_library(name = %r, srcs = [%r], deps = [%r], linkopts = %s)" % (
            chain[i],
            "lib" + chain[i] + ".a",
            ":headers" if last else chain[i + 1],
            repr(rctx.attr.linkopts if last else []),
        ))
    out.append("alias(name = \"llvm\", actual = %r)" % chain[0])
    rctx.file("WORKSPACE", "")
    rctx.file("BUILD.bazel", "\n".join(out) + "\n")

llvm_library = repository_rule(_llvm_impl, local = True, environ = ["GANNET_LLVM_CONFIG"], attrs = {
    "components": attr.string_list(),
    "header_folders": attr.string_list(),
    "linkopts": attr.string_list(),
})

def _lib(name, libs, linkopts, debian):
    prebuilt_library(name = name, lib_name = name, libs = libs, linkopts = linkopts, debian = debian)

def gannet_system_libs():
    _lib("gtest", ["libgtest_main.a", "libgtest.a"], ["-lpthread"], "libgtest-dev")
    _lib("benchmark", [], ["-lbenchmark", "-lpthread"], "libbenchmark-dev")
    _lib("zlib", ["libz.a"], [], "zlib1g-dev")
    _lib("zstd", ["libzstd.a"], [], "libzstd-dev")
    _lib("gmp", ["libgmp.a"], [], "libgmp-dev")
    _lib("mpfr", ["libmpfr.a", "libgmp.a"], [], "libmpfr-dev")
    llvm_library(
        name = "llvm19",
        components = ["x86asmparser", "x86desc", "x86info", "x86disassembler", "mc", "mcparser", "object", "support"],
        header_folders = ["ADT", "BinaryFormat", "Config", "DebugInfo", "Demangle", "IR", "MC", "Object", "Support", "TargetParser", "TextAPI"],
        linkopts = ["-lz", "-lzstd", "-lpthread", "-ldl", "-lm"],
    )
