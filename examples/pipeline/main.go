// Pipeline sends records through stages of goroutines: generics, closures, channels, select, locks, contexts, errors
// and JSON in one program.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"time"
)

type number interface {
	~int | ~int64 | ~float64
}

func mapSlice[T, U any](in []T, f func(T) U) []U {
	out := make([]U, 0, len(in))
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}

func sum[T number](in ...T) (total T) {
	for _, v := range in {
		total += v
	}
	return total
}

type stack[T any] struct{ items []T }

func (s *stack[T]) push(v T) { s.items = append(s.items, v) }

func (s *stack[T]) pop() (T, bool) {
	var zero T
	if len(s.items) == 0 {
		return zero, false
	}
	v := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return v, true
}

func (s *stack[T]) all() func(yield func(int, T) bool) {
	return func(yield func(int, T) bool) {
		for i, v := range s.items {
			if !yield(i, v) {
				return
			}
		}
	}
}

type record struct {
	ID    int               `json:"id"`
	Name  string            `json:"name"`
	Score float64           `json:"score,omitempty"`
	Tags  []string          `json:"tags"`
	Meta  map[string]string `json:"meta,omitempty"`
}

var errOdd = errors.New("odd record")

type stageError struct {
	stage string
	id    int
	err   error
}

func (e *stageError) Error() string { return fmt.Sprintf("%s: record %d: %v", e.stage, e.id, e.err) }
func (e *stageError) Unwrap() error { return e.err }

func produce(ctx context.Context, n int) <-chan record {
	out := make(chan record)
	go func() {
		defer close(out)
		for i := range n {
			r := record{ID: i, Name: fmt.Sprintf("r%03d", i), Score: float64(i) / 4, Tags: []string{"even", "odd"}[i%2 : i%2+1]}
			select {
			case out <- r:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func work(in <-chan record, workers int, f func(record) (record, error)) ([]record, []error) {
	var (
		group   sync.WaitGroup
		mu      sync.Mutex
		records []record
		errs    []error
	)
	for range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for r := range in {
				r, err := f(r)
				mu.Lock()
				if err != nil {
					errs = append(errs, err)
				} else {
					records = append(records, r)
				}
				mu.Unlock()
			}
		}()
	}
	group.Wait()
	return records, errs
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	records, errs := work(produce(ctx, 200), 4, func(r record) (record, error) {
		if r.ID%2 == 1 {
			return r, &stageError{"check", r.ID, errOdd}
		}
		r.Name = strings.ToUpper(r.Name)
		return r, nil
	})
	cancel()
	sort.Slice(records, func(i, j int) bool { return records[i].ID < records[j].ID })
	fmt.Println("records:", len(records), "errors:", len(errs))
	odd := 0
	for _, err := range errs {
		var stage *stageError
		if errors.Is(err, errOdd) && errors.As(err, &stage) && stage.stage == "check" {
			odd++
		}
	}
	fmt.Println("odd:", odd)
	fmt.Println("score:", sum(mapSlice(records, func(r record) float64 { return r.Score })...))
	fmt.Println("ids:", sum(mapSlice(records, func(r record) int { return r.ID })...))

	var s stack[string]
	for _, r := range records[:4] {
		s.push(r.Name)
	}
	for i, name := range s.all() {
		if i == 3 {
			break
		}
		fmt.Println(i, name)
	}
	top, _ := s.pop()
	fmt.Println("top:", top)

	records[0].Meta = map[string]string{"b": "2", "a": "1"}
	text, err := json.Marshal(records[:3])
	if err != nil {
		fmt.Println("marshal:", err)
		os.Exit(1)
	}
	fmt.Println(string(text))
	var back []record
	if err := json.Unmarshal(text, &back); err != nil {
		fmt.Println("unmarshal:", err)
		os.Exit(1)
	}
	fmt.Printf("%+v\n", back[2])
	var generic any
	err = json.Unmarshal([]byte(`{"a":[1,2.5,"x",null,true],"b":{"c":"\u00e9"}}`), &generic)
	fmt.Println(generic, err)
	err = json.Unmarshal([]byte(`{"id":"text"}`), &record{})
	fmt.Println(err)

	timeout, stop := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer stop()
	never := make(chan int)
	select {
	case <-never:
		fmt.Println("impossible")
	case <-timeout.Done():
		fmt.Println("context:", timeout.Err(), errors.Is(timeout.Err(), context.DeadlineExceeded))
	}
	select {
	case <-never:
		fmt.Println("impossible")
	case <-time.After(10 * time.Millisecond):
		fmt.Println("timeout")
	}

	var once sync.Once
	calls := 0
	for range 3 {
		once.Do(func() { calls++ })
	}
	fmt.Println("once:", calls)
}
