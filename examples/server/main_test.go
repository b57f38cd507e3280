package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// A logBuffer is a log that may be read while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
	// listening gets the address when it is logged.
	listening chan string
}

var addressRE = regexp.MustCompile(`msg=listening address=(\S+)`)

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m := addressRE.FindSubmatch(p); m != nil {
		b.listening <- string(m[1])
	}
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// start serves until the returned function is called, which gives what serve returned.
func start(t *testing.T, args ...string) (address string, log *logBuffer, stop func() error) {
	t.Helper()
	opts, err := parse(append([]string{"-address", "127.0.0.1:0", "-log-level", "debug"}, args...), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	log = &logBuffer{listening: make(chan string, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, opts, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: opts.level})))
	}()
	stop = func() error {
		cancel()
		return <-ended
	}
	select {
	case address = <-log.listening:
	case err := <-ended:
		t.Fatalf("serve: %v", err)
	}
	return address, log, stop
}

func get(t *testing.T, client *http.Client, url string) (int, string) {
	t.Helper()
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestServe(t *testing.T) {
	address, log, stop := start(t)
	for path, want := range map[string]string{
		"/":                               "There are no notes.",
		"/api/notes":                      "[]",
		"/debug/pprof/":                   "goroutine",
		"/debug/pprof/goroutine?debug=1":  "goroutine profile: total",
		"/debug/pprof/heap?gc=1&debug=1":  "heap profile:",
		"/debug/pprof/cmdline":            "",
		"/debug/pprof/symbol?0x1":         "num_symbols: 1",
		"/debug/pprof/allocs?debug=1":     "heap profile:",
		"/debug/pprof/threadcreate?debug": "",
	} {
		if status, body := get(t, http.DefaultClient, "http://"+address+path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %q, want %q", path, status, body, want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	if err := stop(); err != nil {
		t.Error(err)
	}
	for _, want := range []string{`msg=request method=GET path=/api/notes status=200`, `msg="shutting down"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in the log:\n%s", want, log)
		}
	}
}

// A request that has begun when the server is told to stop is answered.
func TestShutdownWaits(t *testing.T) {
	address, log, stop := start(t)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const body = `{"title":"late"}`
	io.WriteString(conn, "POST /api/notes HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 16\r\n\r\n")
	expect := "HTTP/1.1 100 Continue\r\n\r\n" // the handler reads the body now
	got := make([]byte, len(expect))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != expect {
		t.Fatalf("%q, %v", got, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	for !strings.Contains(log.String(), "shutting down") {
		time.Sleep(time.Millisecond)
	}
	select {
	case err := <-ended:
		t.Fatalf("ended before the request: %v", err)
	default:
	}
	io.WriteString(conn, body)
	answer, err := io.ReadAll(conn)
	if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 201 Created\r\n")) {
		t.Errorf("%q, %v", answer, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// One that does not end in time is given up, and that is an error.
func TestShutdownGivesUp(t *testing.T) {
	address, _, stop := start(t, "-grace", "10ms")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "POST /api/notes HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 16\r\n\r\n")
	if _, err := io.ReadFull(conn, make([]byte, 12)); err != nil {
		t.Fatal(err)
	}
	if err := stop(); err == nil || !strings.Contains(err.Error(), "still running") {
		t.Errorf("stop: %v", err)
	}
}

func TestTLS(t *testing.T) {
	address, _, stop := start(t, "-self-signed")
	conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(conn.ConnectionState().PeerCertificates[0])
	conn.Close()
	for _, http2 := range []bool{false, true} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: http2}
		if status, body := get(t, &http.Client{Transport: transport}, "https://"+address+"/api/notes"); status != 200 || body != "[]\n" {
			t.Errorf("http2 %v: %d %q", http2, status, body)
		}
		transport.CloseIdleConnections()
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestFlags(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"x", `unexpected argument "x"`},
		{"-cert a", "-cert and -key go together"},
		{"-cert a -key b -self-signed", "exclude each other"},
		{"-log-level loud", "invalid value"},
		{"-nothing", "flag provided but not defined"},
	} {
		var said strings.Builder
		if _, err := parse(strings.Fields(test.args), &said); err == nil || !strings.Contains(said.String(), test.want) {
			t.Errorf("%s: %v, said %q, want %q", test.args, err, said.String(), test.want)
		}
	}
}

func TestNoCertificate(t *testing.T) {
	opts, err := parse([]string{"-cert", "nosuch.pem", "-key", "nosuch.pem"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := serve(t.Context(), opts, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "nosuch.pem") {
		t.Errorf("serve: %v", err)
	}
}
