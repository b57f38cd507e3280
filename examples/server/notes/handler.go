package notes

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	maxBodyBytes  = 64 << 10
	maxTitleBytes = 200
	listLimit     = 50
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// server answers requests from a store.
type server struct {
	store *Store
	log   *slog.Logger
}

// NewHandler serves the notes of a store:
//
//	GET    /                 a page with the newest notes
//	POST   /notes            the page's form
//	GET    /api/notes        the newest notes; ?limit=N
//	POST   /api/notes        stores {"title": ..., "text": ...}
//	GET    /api/notes/{id}   one note
//	DELETE /api/notes/{id}   removes it
//
// Errors of the API are objects {"error": ...}.
func NewHandler(store *Store, log *slog.Logger) http.Handler {
	s := &server{store: store, log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("POST /notes", s.form)
	mux.HandleFunc("GET /api/notes", s.list)
	mux.HandleFunc("POST /api/notes", s.create)
	mux.HandleFunc("GET /api/notes/{id}", s.get)
	mux.HandleFunc("DELETE /api/notes/{id}", s.delete)
	return mux
}

func (s *server) page(w http.ResponseWriter, r *http.Request) {
	var out bytes.Buffer // whole before it is sent, so that an error is one to the client, too
	if err := page.Execute(&out, s.store.Newest(listLimit)); err != nil {
		s.log.ErrorContext(r.Context(), "page", "err", err)
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	s.write(w, r, out.Bytes())
}

func (s *server) form(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), status(err))
		return
	}
	if _, err := s.add(r.PostForm.Get("title"), r.PostForm.Get("text")); err != nil {
		http.Error(w, err.Error(), status(err))
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	limit := listLimit
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			s.fail(w, r, badRequest("limit must be a number from 0"))
			return
		}
		limit = n
	}
	s.reply(w, r, http.StatusOK, s.store.Newest(limit))
}

func (s *server) create(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Title string `json:"title"`
		Text  string `json:"text"`
	}
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	body.DisallowUnknownFields()
	if err := body.Decode(&in); err != nil {
		if !errors.As(err, new(*http.MaxBytesError)) {
			err = badRequest(err.Error())
		}
		s.fail(w, r, err)
		return
	}
	note, err := s.add(in.Title, in.Text)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Location", fmt.Sprintf("/api/notes/%d", note.ID))
	s.reply(w, r, http.StatusCreated, note)
}

func (s *server) get(w http.ResponseWriter, r *http.Request) {
	id, err := noteID(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	note, err := s.store.Get(id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.reply(w, r, http.StatusOK, note)
}

func (s *server) delete(w http.ResponseWriter, r *http.Request) {
	id, err := noteID(r)
	if err == nil {
		err = s.store.Delete(id)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) add(title, text string) (Note, error) {
	title = strings.TrimSpace(title)
	if title == "" || len(title) > maxTitleBytes {
		return Note{}, badRequest(fmt.Sprintf("a title has 1 to %d bytes", maxTitleBytes))
	}
	return s.store.Create(title, text, time.Now().UTC())
}

func noteID(r *http.Request) (uint64, error) {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, ErrNotFound // no ID looks so
	}
	return id, nil
}

func (s *server) reply(w http.ResponseWriter, r *http.Request, code int, value any) {
	out, err := json.Marshal(value)
	if err != nil {
		s.log.ErrorContext(r.Context(), "reply", "err", err)
		code, out = http.StatusInternalServerError, []byte(`{"error":"the reply could not be made"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	s.write(w, r, append(out, '\n'))
}

func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.reply(w, r, status(err), map[string]string{"error": err.Error()})
}

func (s *server) write(w http.ResponseWriter, r *http.Request, body []byte) {
	if _, err := w.Write(body); err != nil { // the client is gone
		s.log.DebugContext(r.Context(), "write", "err", err)
	}
}

// A badRequest is an error of the client, in words for it.
type badRequest string

func (e badRequest) Error() string { return string(e) }

func status(err error) int {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, ErrFull):
		return http.StatusInsufficientStorage
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}
