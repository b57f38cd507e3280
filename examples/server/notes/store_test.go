package notes

import (
	"errors"
	"sync"
	"testing"
	"time"
)

func TestStore(t *testing.T) {
	s := NewStore(2)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	first, err := s.Create("first", "a", now)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Create("second", "b", now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create("third", "c", now); !errors.Is(err, ErrFull) {
		t.Errorf("Create in a full store: %v, want %v", err, ErrFull)
	}
	if got, err := s.Get(first.ID); err != nil || got != first {
		t.Errorf("Get(%d) = %v, %v, want %v", first.ID, got, err, first)
	}
	if got := s.Newest(10); len(got) != 2 || got[0] != second || got[1] != first {
		t.Errorf("Newest(10) = %v", got)
	}
	if got := s.Newest(1); len(got) != 1 || got[0] != second {
		t.Errorf("Newest(1) = %v", got)
	}
	if err := s.Delete(first.ID); err != nil {
		t.Error(err)
	}
	if err := s.Delete(first.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("Delete again: %v, want %v", err, ErrNotFound)
	}
	if _, err := s.Get(first.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get of a deleted note: %v, want %v", err, ErrNotFound)
	}
	third, err := s.Create("third", "c", now)
	if err != nil {
		t.Fatal(err)
	}
	if third.ID == first.ID {
		t.Errorf("the ID %d was given twice", third.ID)
	}
}

func TestStoreTogether(t *testing.T) {
	const goroutines, each = 8, 200
	s := NewStore(goroutines * each)
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for i := range each {
				note, err := s.Create("title", "text", time.Time{})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := s.Get(note.ID); err != nil {
					t.Error(err)
				}
				s.Newest(5)
				if i%2 == 0 {
					if err := s.Delete(note.ID); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	if got, want := len(s.Newest(goroutines*each)), goroutines*each/2; got != want {
		t.Errorf("%d notes are left, want %d", got, want)
	}
}
