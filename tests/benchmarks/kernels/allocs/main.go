// Allocs: objects of many sizes and shapes, most short-lived, some kept in a ring: a program that is all allocation.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type small struct {
	next *small
	id   int
}

type record struct {
	name  string
	tags  []string
	prev  *record
	value any
}

type shape interface{ area() int }
type square struct{ side int }
type rect struct{ w, h int }

func (s *square) area() int { return s.side * s.side }
func (r *rect) area() int   { return r.w * r.h }

func newShape(i int) shape {
	if i&1 == 0 {
		return &square{i & 7}
	}
	return &rect{i & 3, i & 7}
}

func main() {
	n := 3000000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	ring := make([]*record, 4096)
	slices := make([][]int, 64)
	var list *small
	sum := 0
	for i := range n {
		list = &small{list, i}
		if i%64 == 0 {
			for l := list; l != nil; l = l.next {
				sum += l.id & 1
			}
			list = nil
		}
		r := &record{name: "record", prev: ring[i&4095], value: i}
		if r.prev != nil {
			r.prev.prev = nil
		}
		r.tags = append(r.tags, "a")
		r.tags = append(r.tags, "b")
		ring[i&4095] = r
		slices[i&63] = make([]int, i&127)
		sum += newShape(i).area() + len(slices[(i+1)&63])
	}
	fmt.Println(sum)
}
