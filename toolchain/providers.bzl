"""What a Go package hands to those that use it."""

GoArchive = provider(
    doc = "A compiled package.",
    fields = {
        "importpath": "path by which Go files import it",
        "symbolpath": "path that its symbols carry: importpath, or main for a program",
        "export_file": "File: the package's interface, which dependents are compiled against",
        "objects": "list of File: what is linked",
        "exports": "depset of struct(path, file): the interfaces of this package and of all it depends on",
        "archives": "depset of struct(path, files): the objects of this package and of all it depends on, dependencies first",
        "importmap": "dict: import path as written in a dependent's file -> importpath, for vendored packages",
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
        "core": "list of File: archives of the C++ runtime",
        "headers": "list of File: headers for Go assembly",
        "runtime": "GoArchive of package runtime; None while the runtime itself is being built",
        "version": "what runtime.Version() says",
    },
)
