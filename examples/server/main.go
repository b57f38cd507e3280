// Server keeps notes and serves them over HTTP, as a JSON API and as a page (package notes).
//
// It logs to standard error, shows its profiles at /debug/pprof/, and stops on SIGTERM or SIGINT: it accepts nothing new,
// answers the requests that have begun, and exits with status 0.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"syscall"
	"time"

	"gannet.dev/examples/server/notes"
)

type options struct {
	address    string
	cert, key  string
	selfSigned bool
	limit      int
	grace      time.Duration
	level      slog.Level
}

func main() {
	opts, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		os.Exit(2) // parse has said why
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: opts.level}))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := serve(ctx, opts, log); err != nil {
		log.Error("stopped", "err", err)
		os.Exit(1)
	}
	log.Info("stopped")
}

func parse(args []string, usage io.Writer) (options, error) {
	var opts options
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.StringVar(&opts.address, "address", "127.0.0.1:8080", "`host:port` to listen at; port 0 takes a free one, which is logged")
	flags.StringVar(&opts.cert, "cert", "", "`file` with the certificate for TLS, PEM")
	flags.StringVar(&opts.key, "key", "", "`file` with its key, PEM")
	flags.BoolVar(&opts.selfSigned, "self-signed", false, "serve TLS by a certificate made at start, for tests")
	flags.IntVar(&opts.limit, "max-notes", 10000, "how many notes are kept")
	flags.DurationVar(&opts.grace, "grace", 10*time.Second, "how long requests may take to end at shutdown")
	flags.TextVar(&opts.level, "log-level", slog.LevelInfo, "least `level` that is logged: debug, info, warn, error")
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	err := error(nil)
	switch {
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case (opts.cert == "") != (opts.key == ""):
		err = errors.New("-cert and -key go together")
	case opts.selfSigned && opts.cert != "":
		err = errors.New("-self-signed and -cert exclude each other")
	}
	if err != nil {
		fmt.Fprintln(usage, err)
		flags.Usage()
	}
	return opts, err
}

// serve answers requests until ctx is done and those that have begun by then are answered.
func serve(ctx context.Context, opts options, log *slog.Logger) error {
	config, err := tlsConfig(opts)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", opts.address)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           logged(log, routes(notes.NewStore(opts.limit), log)),
		TLSConfig:         config,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       5 * time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	log.Info("listening", "address", listener.Addr().String(), "tls", config != nil)

	ended := make(chan error, 1)
	go func() {
		if config != nil {
			ended <- server.ServeTLS(listener, "", "")
		} else {
			ended <- server.Serve(listener)
		}
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	log.Info("shutting down")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), opts.grace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return fmt.Errorf("requests were still running: %w", err)
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// tlsConfig is nil if TLS is not asked for.
func tlsConfig(opts options) (*tls.Config, error) {
	var cert tls.Certificate
	var err error
	switch {
	case opts.selfSigned:
		cert, err = selfSigned(time.Now())
	case opts.cert != "":
		cert, err = tls.LoadX509KeyPair(opts.cert, opts.key)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}}, nil
}

func routes(store *notes.Store, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", notes.NewHandler(store, log))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// logged reports each request at level debug.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !log.Enabled(r.Context(), slog.LevelDebug) {
			next.ServeHTTP(w, r)
			return
		}
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		start := time.Now()
		next.ServeHTTP(seen, r)
		log.DebugContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path, "status", seen.status, "time", time.Since(start))
	})
}

// A statusWriter remembers the status that was sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
