// What a loop received and has done with is garbage while it waits for more: the place that the runtime receives into, and is
// given again the next time round, must not keep it.
package main

import (
	"fmt"
	"runtime"
	"weak"
)

type object struct{ words [4]*int }

// Too long to be held in registers.
type message struct {
	p          *object
	a, b, c, d *int
}

var used int

//go:noinline
func use(p *object) { used += len(p.words) }

func receive(in chan message, next, done chan bool) {
	for range next {
		m := <-in
		use(m.p)
		done <- true
	}
}

func selectOf(in chan message, quit, done chan bool) {
	for {
		select {
		case m := <-in:
			use(m.p)
		case <-quit:
			return
		}
		done <- true
	}
}

func isFreed(in chan message, done chan bool, m message, p weak.Pointer[object]) bool {
	in <- m
	<-done
	for range 10 { // on one P, so that the receiver waits again
		runtime.Gosched()
	}
	m = message{}
	runtime.GC()
	return p.Value() == nil
}

func main() {
	runtime.GOMAXPROCS(1)
	messages := make(chan message)
	next, quit, done := make(chan bool), make(chan bool), make(chan bool)

	go receive(messages, next, done)
	next <- true
	p := new(object)
	fmt.Println("receive", isFreed(messages, done, message{p: p}, weak.Make(p)))
	close(next)

	go selectOf(messages, quit, done)
	p = new(object)
	fmt.Println("select", isFreed(messages, done, message{p: p}, weak.Make(p)))
	close(quit)
}
