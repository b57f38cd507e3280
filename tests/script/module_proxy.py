"""Module proxies for scripts: as a folder, which file:// and a web server give alike, and one that never answers.

Source: Go's modules reference, "GOPROXY protocol".
"""
import functools
import http.server
import os
import threading
import zipfile


def escaped(path):
    """As proxies write paths: a capital is the small letter after an exclamation mark."""
    return "".join("!" + c.lower() if c.isupper() else c for c in path)


def make_proxy(source, proxy):
    """Makes a proxy of the module versions in `source`: folders PATH@VERSION with a go.mod."""
    for folder, _, names in os.walk(source):
        if "@" not in os.path.basename(folder) or "go.mod" not in names:
            continue
        path, version = os.path.relpath(folder, source).rsplit("@", 1)
        target = os.path.join(proxy, escaped(path), "@v")
        os.makedirs(target, exist_ok=True)
        with open(os.path.join(target, "list"), "a", encoding="utf-8") as f:
            f.write(version + "\n")
        with open(os.path.join(target, version + ".info"), "w", encoding="utf-8") as f:
            f.write('{"Version": "%s", "Time": "2024-01-02T03:04:05Z"}\n' % version)
        with open(os.path.join(folder, "go.mod"), encoding="utf-8") as f, \
                open(os.path.join(target, version + ".mod"), "w", encoding="utf-8") as g:
            g.write(f.read())
        with zipfile.ZipFile(os.path.join(target, version + ".zip"), "w") as archive:
            for inner, _, files in sorted(os.walk(folder)):
                for name in sorted(files):
                    file = os.path.join(inner, name)
                    archive.write(file, "%s@%s/%s" % (path, version, os.path.relpath(file, folder)))


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Hanging(http.server.BaseHTTPRequestHandler):
    """Says in a file that somebody asked, and does not answer before the server goes."""

    def __init__(self, asked, over, *args):
        self.asked, self.over = asked, over
        super().__init__(*args)

    def do_GET(self):
        open(self.asked, "w", encoding="utf-8").close()
        self.over.wait()


class Server:
    """Serves a folder, or with `asked` hangs, on a port of the loopback interface that is free."""

    def __init__(self, folder=None, asked=None):
        self.over = threading.Event()
        handler = functools.partial(Hanging, asked, self.over) if asked else functools.partial(Quiet, directory=folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
