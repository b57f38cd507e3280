// Package notes keeps short texts in memory and serves them over HTTP.
package notes

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"
)

// A Note is what a client stored.
type Note struct {
	ID      uint64    `json:"id"`
	Title   string    `json:"title"`
	Text    string    `json:"text"`
	Created time.Time `json:"created"`
}

var (
	// ErrNotFound says that no note has the ID asked for.
	ErrNotFound = errors.New("no such note")
	// ErrFull says that the store holds as many notes as it may.
	ErrFull = errors.New("the store is full")
)

// A Store holds notes up to a number. Many goroutines may use it at once.
type Store struct {
	limit int

	mu     sync.RWMutex
	notes  []Note // by ID
	lastID uint64
}

// NewStore returns an empty store for at most limit notes.
func NewStore(limit int) *Store {
	return &Store{limit: limit}
}

// Create stores a new note and returns it with its ID, which no other note of this store has had.
func (s *Store) Create(title, text string, now time.Time) (Note, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.notes) >= s.limit {
		return Note{}, ErrFull
	}
	s.lastID++
	note := Note{ID: s.lastID, Title: title, Text: text, Created: now}
	s.notes = append(s.notes, note)
	return note, nil
}

// Get returns the note with an ID.
func (s *Store) Get(id uint64) (Note, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i, ok := s.find(id)
	if !ok {
		return Note{}, ErrNotFound
	}
	return s.notes[i], nil
}

// Delete removes the note with an ID.
func (s *Store) Delete(id uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.find(id)
	if !ok {
		return ErrNotFound
	}
	s.notes = slices.Delete(s.notes, i, i+1)
	return nil
}

// Newest returns the notes that were stored last, the newest first, at most limit of them.
func (s *Store) Newest(limit int) []Note {
	s.mu.RLock()
	defer s.mu.RUnlock()
	count := min(limit, len(s.notes))
	newest := make([]Note, 0, count) // not nil, for JSON
	for _, note := range slices.Backward(s.notes[len(s.notes)-count:]) {
		newest = append(newest, note)
	}
	return newest
}

// find needs the lock.
func (s *Store) find(id uint64) (int, bool) {
	return slices.BinarySearchFunc(s.notes, id, func(n Note, id uint64) int { return cmp.Compare(n.ID, id) })
}
