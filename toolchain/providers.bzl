"""What a Go package hands to those that use it."""

GoInfo = provider(
    doc = "The sources of a package and what it takes to compile them; several may be merged by `embed`.",
    fields = {
        "label": "Label of the target",
        "name": "its name",
        "importpath": "path by which Go files import it",
        "importmap": "path that its symbols carry, by default the import path",
        "is_main": "whether it is a program",
        "srcs": "list of File: Go, assembly and header files, of all platforms",
        "embedsrcs": "list of File: what go:embed lines may name",
        "deps": "list of GoArchive: packages that may be imported",
        "x_defs": "dict: string variable, with its package's path -> value to set when a program is linked",
        "gc_goopts": "list of further compiler flags",
        "cover": "list of File: sources whose statements are counted in a coverage run",
        "importpath_aliases": "list of further paths by which Go files import it",
        "pathtype": "explicit; export for a program, which is not imported; inferred if no path is given",
        "cgo": "whether srcs has files for cgo, which are left out",
        "runfiles": "runfiles that code of the package needs",
        "mode": "the settings it is built with (config.bzl)",
    },
)

GoArchive = provider(
    doc = "A compiled package.",
    fields = {
        "data": "GoArchiveData: this package without those it depends on",
        "libs": "depset of File: objects of this package and of all it depends on",
        "transitive": "depset of GoArchiveData of this package and of all it depends on, those of the library excepted",
        "mode": "the settings it is built with (config.bzl)",
        "importpath": "path by which Go files import it",
        "symbolpath": "path that its symbols carry: importmap, or main for a program",
        "label": "label of the target, as text",
        "export_file": "File: the package's interface, which dependents are compiled against",
        "objects": "list of File: what is linked",
        "exports": "depset of struct(path, importpath, label, file): interfaces of this package and of all it depends on",
        "export_files": "depset of File: the same interfaces",
        "archives": "depset of struct(path, label, files): objects of this package and of all it depends on, dependencies first",
        "importmap": "path that its symbols carry, if it is no program",
        "source": "GoInfo that it was compiled from; None for packages of Go's library",
        "std_source": "GoStdSource that a package of Go's library was compiled from; None for others",
        "std": "GoStd whose packages it may import without naming them, or None",
        "direct": "list of GoArchive: packages it was compiled against, those of the library excepted",
        "x_defs": "dict: string variables to set, of this package and of all it depends on",
        "runfiles": "runfiles of this package and of all it depends on",
    },
)

# As in rules_go, where it is the type of no target's provider, either: the field `data` of GoArchive has these fields.
GoArchiveData = provider(
    doc = "A compiled package without those it depends on.",
    fields = {
        "name": "name of the target",
        "label": "its Label",
        "importpath": "path by which Go files import it",
        "importmap": "path that its symbols carry",
        "pathtype": "as in GoInfo",
        "file": "File: the object",
        "export_file": "File: the interface",
        "facts_file": "always None: facts are nogo's",
        "srcs": "tuple of File",
        "orig_srcs": "the same",
    },
)

GoSDK = provider(doc = "rules_go's provider of a Go SDK: there to be loaded, no target has it.")

GoStdSource = provider(
    doc = "What it takes to compile a package of Go's library.",
    fields = {
        "label": "Label of the target",
        "importpath": "import path",
        "srcs": "list of File: Go files of the target platform",
        "asm_srcs": "list of File: Go assembly files",
        "asm_hdrs": "list of File: headers of those",
        "deps": "list of GoArchive: imported packages",
        "importmap": "dict: import path as written -> path of the package that is meant",
        "embedsrcs": "list of File: what go:embed lines may name, by their paths from the package's folder",
        "lang": "language version",
        "complete": "whether every function must have a body",
    },
)

GoStd = provider(
    doc = "Go's library as a whole.",
    fields = {
        "packages": "list of GoArchive: the public ones",
        "exports": "depset as in GoArchive",
        "export_files": "depset as in GoArchive",
        "archives": "depset as in GoArchive",
    },
)

GannetToolchain = provider(
    doc = "The tools, the runtime and the settings of one target.",
    fields = {
        "goos": "target system",
        "goarch": "target architecture",
        "compiler": "FilesToRunProvider: gannet's compile",
        "assembler": "FilesToRunProvider: gannet's asm",
        "linker": "FilesToRunProvider: gannet's link",
        "builder": "FilesToRunProvider: what runs those for the rules",
        "preprofile": "FilesToRunProvider: gannet's preprofile",
        "core": "list of File: archives of the C++ runtime",
        "headers": "list of File: headers for Go assembly",
        "runtime": "GoArchive of package runtime; None while the library itself is being built",
        "version": "what runtime.Version() says",
    },
)
