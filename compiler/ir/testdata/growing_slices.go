// Slices that begin to grow in the frame, and what hinders it: declarations and uses tell.
package p

var sink []int

func read(s []int) int
func keep(s []int) { sink = s }

// Never handed on.
func inFrame(n int) (total int) {
	var s []int
	for i := range n {
		s = append(s, i)
	}
	for _, v := range s {
		total += v
	}
	return total + len(s) + s[0]
}

// Another slice holds the place for a while.
func once(n int) int {
	var s []int
	s = append(s, n)
	t := s
	s = nil
	s = append(s, n+1)
	return t[0] + s[0]
}

// So does the loop.
func onceByRange(n int) int {
	var s []int
	s = append(s, n)
	for _, v := range s {
		s = nil
		s = append(s, v, v)
	}
	return s[0]
}

// Its address flows to a variable of the function, which keeps it.
func onceByElement(n int) int {
	var s []int
	s = append(s, n)
	p := &s[0]
	return *p
}

func moved(n int) []int {
	var s []int
	for i := range n {
		s = append(s, i)
	}
	return s
}

// Each round has its own.
func movedInLoop(n int) (all [][]int) {
	for i := range n {
		var s []int
		s = append(s, i)
		all = append(all, s)
	}
	return all
}

// (1)
func escapingElement(n int) (*int, []int) {
	var s []int
	s = append(s, n)
	return &s[0], s
}

// (2)
func storedBehind(n int) []int {
	var s []int
	s = append(s, n)
	s[0], sink = n, s
	return s
}

// (3)
func usedInLoop(n int) {
	var s []int
	for i := range n {
		s = append(s, i)
		keep(s)
	}
}

// (4)
func cut(n int) []int {
	var s []int
	s = append(s, n, n)
	s = s[1:]
	return s
}

// Too large for the place, and nothing that needs one.
func others(n int) ([][5]int, []struct{}) {
	var s [][5]int
	s = append(s, [5]int{n})
	var t []struct{}
	t = append(t, struct{}{})
	return s, t
}
