"""Tests the server as a whole, by clients that Gannet did not build: curl, ab, raw sockets.

usage: server_test.py --server PROGRAM [--requests COUNT] [--stress]

--requests: how many requests ab makes in all. --stress: the same under each of the runtime's stress modes.
"""
import argparse
import atexit
import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

STRESS_MODES = [
    "gcstress=20,gccheckmark=1,clobberfree=1",
    "stackstress=1",
    "stackstress=2,gcstress=10,clobberfree=1",
]
PATIENCE_SECONDS = 120  # for a start, an answer, an end; also under stress, on a loaded machine


class Server:
    """One run of the program; what it logs goes to a file."""

    def __init__(self, program, folder, *flags, scheme="http"):
        self.log = open(os.path.join(folder, "log"), "w+b")
        self.process = subprocess.Popen([program, "-address", "127.0.0.1:0", *flags], stderr=self.log, stdin=subprocess.DEVNULL)
        atexit.register(self.process.kill)  # if the test ends before
        self.port = int(self.wait_for(r"msg=listening address=127\.0\.0\.1:(\d+)"))
        self.url = "%s://127.0.0.1:%d" % (scheme, self.port)

    def logged(self):
        with open(self.log.name, encoding="utf-8") as f:
            return f.read()

    def wait_for(self, pattern):
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            found = re.search(pattern, self.logged())
            if found:
                return found.group(found.lastindex or 0)
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        sys.exit("no %r in the log; exit status %s\n%s" % (pattern, self.process.poll(), self.logged()))

    def stop(self):
        """Ends it in good order."""
        self.process.send_signal(signal.SIGTERM)
        check(self.process.wait(PATIENCE_SECONDS), 0, "exit status after SIGTERM")
        # ab drops connections that it has opened beyond its count.
        warnings = re.findall("level=(?:WARN|ERROR)(?!.*TLS handshake error.*(?:EOF|reset by peer|broken pipe)).*", self.logged())
        check(warnings, [], "warnings in the log")


def check(got, want, what):
    if got != want:
        sys.exit("%s: got %r, want %r" % (what, got, want))


def run(*command, stdin=None):
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit("%s: exit status %d\n%s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))
    return done.stdout


def curl(url, *flags):
    """The status and the body."""
    out = run("curl", "-sS", "--max-time", str(PATIENCE_SECONDS), "-w", "%{http_code}", *flags, url)
    return int(out[-3:]), out[:-3].decode()


def test_api(server):
    api = server.url + "/api/notes"
    status, body = curl(api, "-d", '{"title":"<one>","text":"first & last"}')
    note = json.loads(body)
    check((status, note["id"], note["title"]), (201, 1, "<one>"), "created")
    check(curl(api + "/1"), (200, body), "note")
    check(json.loads(curl(api)[1]), [note], "list")
    check(curl(api + "/2"), (404, '{"error":"no such note"}\n'), "no note")
    check(curl(api, "-d", "{")[0], 400, "bad JSON")
    check(curl(server.url + "/notes", "-d", "title=two&text=x")[0], 303, "form")
    check(curl(api + "/2", "-X", "DELETE"), (204, ""), "delete")
    check(curl(api + "/1", "-X", "PATCH")[0], 405, "bad method")
    status, page = curl(server.url + "/")
    check((status, "&lt;one&gt;" in page, "first &amp; last" in page), (200, True, True), "page " + page)


def test_tls(program, folder):
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", cert, "-subj", "/CN=localhost",
        "-addext", "subjectAltName=IP:127.0.0.1")
    server = Server(program, folder, "-cert", cert, "-key", key, scheme="https")
    for flags in [("--http1.1",), ("--http2",), ("--tls-max", "1.2")]:
        check(curl(server.url + "/api/notes", "--cacert", cert, *flags), (200, "[]\n"), "TLS " + " ".join(flags))
    server.stop()
    server = Server(program, folder, "-self-signed", scheme="https")
    refused = subprocess.run(["curl", "-sS", server.url], stderr=subprocess.PIPE)
    check(refused.returncode, 60, "curl's status for a certificate that nobody vouches for")  # CURLE_PEER_FAILED_VERIFICATION
    check(curl(server.url + "/api/notes", "-k"), (200, "[]\n"), "self-signed")
    server.process.send_signal(signal.SIGTERM)
    check(server.process.wait(PATIENCE_SECONDS), 0, "exit status after SIGTERM")


def fields(message):
    """The fields of a protocol buffers message: pairs of number and value."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        elif key & 7 == 2:
            size = varint()
            at += size
            if at > len(message):
                raise ValueError("a field is cut off")
            yield key >> 3, message[at - size:at]
        else:
            raise ValueError("wire type %d" % (key & 7))


def profile_names(data):
    """How many samples a profile has (proto/profile.proto of pprof: field 2), and the names of its functions (5; names: 6)."""
    got = list(fields(gzip.decompress(data)))
    texts = [value.decode() for number, value in got if number == 6]
    names = {texts[value] for number, f in got if number == 5 for part, value in fields(f) if part == 2}
    return sum(number == 2 for number, _ in got), names


def test_profiles(server):
    status, index = curl(server.url + "/debug/pprof/")
    check((status, "full goroutine stack dump" in index), (200, True), "index of profiles")
    for name in ["allocs", "goroutine", "heap", "threadcreate", "block", "mutex"]:
        data = run("curl", "-sS", server.url + "/debug/pprof/" + name)
        samples, names = profile_names(data)
        if name == "goroutine":
            check((samples > 0, "net/http.(*conn).serve" in names, "main.serve" in names), (True, True, True), "goroutines")
    status, text = curl(server.url + "/debug/pprof/goroutine?debug=2")
    check((status, "net/http.(*Server).Serve(" in text), (200, True), "goroutine traces")


def test_cpu_profile(server):
    """Profiles of a second, taken while a client asks, until one has met the work for it: under stress that is rare."""
    client = subprocess.Popen(["curl", "-sS", "-o", os.devnull, server.url + "/?[1-10000000]"])
    end = time.monotonic() + PATIENCE_SECONDS
    try:
        names = set()
        while "net/http.(*conn).serve" not in names and time.monotonic() < end:
            samples, names = profile_names(run("curl", "-sS", server.url + "/debug/pprof/profile?seconds=1"))
    finally:
        client.terminate()
        client.wait()
    check((samples > 0, "net/http.(*conn).serve" in names), (True, True), "CPU profile of %s" % sorted(names))


def load(url, count, connections, *flags):
    """Asks `count` times by ab; every answer must be whole and good."""
    flags = ("-c", str(min(connections, count))) + flags
    out = run("ab", "-q", "-n", str(count), "-s", str(PATIENCE_SECONDS), *flags, url).decode()
    got = dict(re.findall(r"^([^:\n]+):\s+(\d+)", out, re.M))
    faults = {k: v for k, v in got.items() if k in ("Failed requests", "Non-2xx responses", "Write errors") and v != "0"}
    if got.get("Complete requests") != str(count) or faults:
        sys.exit("ab %s: %s\n%s" % (url, faults, out))
    print("%8d requests, %s a second: ab %s %s" % (count, got["Requests per second"], " ".join(flags), url), flush=True)


def test_load(server, secure, folder, total):
    """The requests of a load: pages, notes, new notes; kept and new connections; TLS."""
    if shutil.which("ab") is None:
        print("no ab (Debian: apache2-utils): no load", flush=True)
        return
    body = os.path.join(folder, "body")
    with open(body, "w", encoding="utf-8") as f:
        f.write('{"title":"load","text":"%s"}' % ("text " * 20))
    part = total // 20
    load(server.url + "/api/notes/1", total - 9 * part, 32, "-k")
    load(server.url + "/", 3 * part, 16, "-k")
    load(server.url + "/api/notes", part, 16)
    load(server.url + "/api/notes", 3 * part, 16, "-k", "-l", "-p", body, "-T", "application/json")
    handshakes = min(part, 500)
    load(secure.url + "/api/notes", 2 * part - handshakes, 16, "-k")
    load(secure.url + "/", handshakes, 8)
    check(json.loads(curl(server.url + "/api/notes?limit=1")[1])[0]["id"], 2 + 3 * part, "id of the newest note")


def test_shutdown(program, folder):
    """A request that has begun is answered; new ones are refused; then the status is 0."""
    server = Server(program, folder)
    idle = socket.create_connection(("127.0.0.1", server.port))
    idle.sendall(b"GET /api/notes HTTP/1.1\r\nHost: x\r\n\r\n")
    check(idle.recv(1000)[:15], b"HTTP/1.1 200 OK", "kept connection")
    slow = socket.create_connection(("127.0.0.1", server.port))
    slow.sendall(b"POST /api/notes HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 16\r\n\r\n")
    check(slow.recv(1000)[:21], b"HTTP/1.1 100 Continue", "begun request")
    server.process.send_signal(signal.SIGTERM)
    server.wait_for("shutting down")
    check(idle.recv(1000), b"", "end of an idle connection")
    check(socket.socket().connect_ex(("127.0.0.1", server.port)) != 0, True, "new connection refused")
    check(server.process.poll(), None, "exit status while a request is served")
    slow.sendall(b'{"title":"late"}')
    check(slow.recv(1000)[:20], b"HTTP/1.1 201 Created", "answer to the begun request")
    check(server.process.wait(PATIENCE_SECONDS), 0, "exit status")


def test_flags(program):
    done = subprocess.run([program, "-cert", "x"], stderr=subprocess.PIPE)
    check((done.returncode, done.stderr.split(b"\n")[0]), (2, b"-cert and -key go together"), "bad flags")
    done = subprocess.run([program, "-address", "256.0.0.1:1"], stderr=subprocess.PIPE)
    check((done.returncode, b"level=ERROR" in done.stderr), (1, True), "bad address")


def test_all(program, folder, requests):
    server = Server(program, folder, "-max-notes", str(1 + requests))
    secure = Server(program, tempfile.mkdtemp(dir=folder), "-self-signed", scheme="https")
    test_api(server)
    test_profiles(server)
    test_load(server, secure, folder, requests)
    test_cpu_profile(server)
    secure.stop()
    server.stop()
    test_tls(program, folder)
    test_shutdown(program, folder)
    test_flags(program)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--requests", type=int, default=20000)
    parser.add_argument("--stress", action="store_true")
    options = parser.parse_args()
    for tool in ("curl", "openssl"):
        if shutil.which(tool) is None:
            sys.exit("no %s: install Debian's package of that name" % tool)
    program = os.path.abspath(options.server)
    for mode in STRESS_MODES if options.stress else [""]:
        if mode:
            print("GODEBUG=" + mode, flush=True)
            os.environ["GODEBUG"] = mode
        with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
            test_all(program, folder, options.requests)


if __name__ == "__main__":
    main()
