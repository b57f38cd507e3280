package notes

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func newHandler(limit int) http.Handler {
	return NewHandler(NewStore(limit), slog.New(slog.DiscardHandler))
}

// do sends a request past the network and returns the answer with its body.
func do(t *testing.T, h http.Handler, method, path, contentType, body string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	got, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Result(), string(got)
}

func TestAPI(t *testing.T) {
	h := newHandler(2)
	const first = `{"title":" milk ","text":"two <b>bottles</b>"}`
	long := `{"title":"x","text":"` + strings.Repeat("y", maxBodyBytes) + `"}`
	for _, step := range []struct {
		method, path, body string
		status             int
		want               string // part of the answer
	}{
		{"GET", "/api/notes", "", 200, "[]"},
		{"POST", "/api/notes", first, 201, `"id":1,"title":"milk"`},
		{"POST", "/api/notes", `{"title":"bread"}`, 201, `"id":2,"title":"bread"`},
		{"POST", "/api/notes", `{"title":"more"}`, 507, ErrFull.Error()},
		{"GET", "/api/notes/1", "", 200, `"title":"milk"`},
		{"GET", "/api/notes?limit=1", "", 200, `"id":2`},
		{"GET", "/api/notes?limit=x", "", 400, "limit"},
		{"GET", "/api/notes/7", "", 404, ErrNotFound.Error()},
		{"GET", "/api/notes/x", "", 404, ErrNotFound.Error()},
		{"DELETE", "/api/notes/1", "", 204, ""},
		{"DELETE", "/api/notes/1", "", 404, ErrNotFound.Error()},
		{"PUT", "/api/notes/1", "", 405, "Method Not Allowed"},
		{"POST", "/api/notes", `{"title":"  "}`, 400, "title"},
		{"POST", "/api/notes", `{"title":`, 400, "unexpected EOF"},
		{"POST", "/api/notes", `{"name":"x"}`, 400, `unknown field`},
		{"POST", "/api/notes", long, 413, "too large"},
		{"GET", "/nothing", "", 404, "not found"},
	} {
		got, body := do(t, h, step.method, step.path, "", step.body)
		if got.StatusCode != step.status || !strings.Contains(body, step.want) {
			t.Errorf("%s %s: %d %q, want %d %q", step.method, step.path, got.StatusCode, body, step.status, step.want)
		}
	}
}

func TestCreated(t *testing.T) {
	h := newHandler(1)
	got, body := do(t, h, "POST", "/api/notes", "application/json", `{"title":"a","text":"ü"}`)
	var made, read Note
	if err := json.Unmarshal([]byte(body), &made); err != nil {
		t.Fatal(err)
	}
	_, body = do(t, h, "GET", got.Header.Get("Location"), "", "")
	if err := json.Unmarshal([]byte(body), &read); err != nil {
		t.Fatal(err)
	}
	if read != made || read.Title != "a" || read.Text != "ü" {
		t.Errorf("stored %v, read %v", made, read)
	}
}

func TestPage(t *testing.T) {
	h := newHandler(10)
	if _, body := do(t, h, "GET", "/", "", ""); !strings.Contains(body, "There are no notes.") {
		t.Errorf("page without notes: %s", body)
	}
	form := url.Values{"title": {"<script>"}, "text": {"a & b"}}.Encode()
	got, _ := do(t, h, "POST", "/notes", "application/x-www-form-urlencoded", form)
	if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/" {
		t.Errorf("the form was answered by %s to %q", got.Status, got.Header.Get("Location"))
	}
	got, body := do(t, h, "GET", "/", "", "")
	if want := "text/html; charset=utf-8"; got.Header.Get("Content-Type") != want {
		t.Errorf("Content-Type %q, want %q", got.Header.Get("Content-Type"), want)
	}
	for _, want := range []string{"&lt;script&gt;", "a &amp; b", `id="note-1"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in the page:\n%s", want, body)
		}
	}
}
